import type { ClientEventOf } from '../wire/client-event.js';
import type { Item } from '../wire/item.js';
import type { ConversationItem } from './conversation.js';
import { toArray } from './item-list.js';
import { get } from './persistent-map.js';
import type { SessionState } from './session-state.js';
import { keptTextOf } from './transcript.js';
import { isCancelled } from './unheard.js';

/**
 * The command that asks once more for the answer that is open, if nothing of it has come: no audio, no words but those of
 * speech that nobody heard, no complete function call. None for one that was cancelled.
 */
export const owedAnswer = (state: SessionState): ClientEventOf<'response.create'> | undefined => {
  const { conversation, playout } = state;
  const { activeResponseId, responses, items } = conversation;
  if (activeResponseId === undefined || playout.dropped.includes(activeResponseId)) return undefined;
  if (isCancelled(conversation)) return undefined;
  if (toArray(items).some((item) => item.responseId === activeResponseId && hasContent(state, item))) return undefined;
  const request = responses.find(({ id }) => id === activeResponseId)?.request;
  const { event_id: _, ...again } = request ?? { type: 'response.create' };
  return again;
};

/** Whether an answer is open of which nothing has come. */
export const owesAnswer = (state: SessionState): boolean => owedAnswer(state) !== undefined;

const hasContent = (state: SessionState, held: ConversationItem): boolean =>
  held.receivedBytes > 0 || keptTextOf(state, held) !== '' || isCompleteCall(state, held.item);

const isCompleteCall = ({ conversation }: SessionState, item: Item): boolean =>
  item.type === 'function_call' &&
  (item.status === 'completed' || get(conversation.pendingCalls, item.call_id ?? '') !== undefined);
