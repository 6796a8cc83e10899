import type { ConnectionRestored } from '../events.js';
import type { ConversationItem, ConversationState } from './conversation.js';
import { toArray, update, without } from './item-list.js';
import type { SessionState } from './session-state.js';
import { keptTextOf, speakerOf } from './transcript.js';

/** The conversation as the new session has it: without what was dropped, and with nothing in it that could be truncated. */
export const restored = (state: SessionState, { droppedItemIds, dueItemIds }: ConnectionRestored): ConversationState => {
  const due = new Set(dueItemIds);
  const kept = droppedItemIds.reduce((items, id) => without(items, id), state.conversation.items);
  const items = toArray(kept).reduce(
    (all, { id }) => update(all, id, (item) => (due.has(id) ? { ...item, origin: 'due' } : asReplayed(state, item))),
    kept,
  );
  return { ...state.conversation, items };
};

const asReplayed = (state: SessionState, item: ConversationItem): ConversationItem => {
  if (item.origin === 'replayed') return item;
  const transcript = speakerOf(item) === 'assistant' ? keptTextOf(state, item) : item.transcript;
  return { ...item, transcript, truncatedMs: undefined, origin: 'replayed' };
};
