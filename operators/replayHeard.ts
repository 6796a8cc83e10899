import { concatMap, filter } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, OfType, VoiceEvent } from '../src/events.js';
import { replayItem } from '../src/replay-item.js';
import { type ConversationItem, itemOf } from '../src/state/conversation.js';
import { previousOf } from '../src/state/item-list.js';
import type { SessionState } from '../src/state/session-state.js';
import { isToBeHeard } from '../src/state/transcript.js';
import { ofType } from './ofType.js';

/**
 * The epic of items that outlive their session: what still sounded when the connection was lost is sent to the new session as soon as the
 * loudspeaker is through with it, in its place, with the words that were heard.
 *
 * Sends nothing of what nobody heard, and nothing while there is no session: the one that comes gets it from `restore`.
 */
export const replayHeard: Epic = (events$, state) =>
  events$.pipe(
    ofType('playout.item_done', 'playout.flushed', 'connection.restored'),
    filter(({ type }) => type === 'connection.restored' || state().connection.status === 'ready'),
    concatMap((event) => again(state(), overItems(event, state()))),
  );

type Occasion = OfType<VoiceEvent, 'playout.item_done' | 'playout.flushed' | 'connection.restored'>;

/** The items that are due and of which nothing more will be heard. */
const overItems = (event: Occasion, state: SessionState): readonly ConversationItem[] =>
  idsIn(event).flatMap((id) => {
    const item = itemOf(state.conversation, id);
    // Between the look at the loudspeaker and this event it may have come to the end.
    const isOver = item?.origin === 'due' && (event.type !== 'connection.restored' || !isToBeHeard(state, item));
    return isOver ? [item] : [];
  });

const idsIn = (event: Occasion): readonly string[] => {
  if (event.type === 'playout.item_done') return [event.itemId];
  return event.type === 'playout.flushed' ? event.items.map(({ itemId }) => itemId) : event.dueItemIds;
};

/** In order: each stands behind what the session has by then. */
const again = (state: SessionState, items: readonly ConversationItem[]): readonly Command[] => {
  const sent = new Set<string>();
  return items.flatMap((held): readonly Command[] => {
    const replayed = replayItem(state, held);
    if (!replayed) return [];
    const previous_item_id = placeOf(state, held.id, sent);
    sent.add(held.id);
    return [{ type: 'conversation.item.create', item: replayed.item, previous_item_id }];
  });
};

/** The item behind which it stands, among those that the session has. */
const placeOf = ({ conversation: { items } }: SessionState, id: string, sent: ReadonlySet<string>): string => {
  let previous = previousOf(items, id);
  while (previous?.origin === 'due' && !sent.has(previous.id)) previous = previousOf(items, previous.id);
  return previous?.id ?? 'root';
};
