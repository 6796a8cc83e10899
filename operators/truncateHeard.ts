import { concatMap } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, FlushedItem, PlayoutFlushed, VoiceEvent } from '../src/events.js';
import { itemOf } from '../src/state/conversation.js';
import type { SessionState } from '../src/state/session-state.js';
import { ofType } from './ofType.js';

/**
 * The epic that keeps the service's memory true to what was heard. When queued audio was thrown away, it cuts the item
 * that was sounding to the milliseconds that the device took, and deletes items of which nothing was heard. Says
 * `turn.interrupted`. Never asks for more than was received, and never before the first audio.
 *
 * Only the client knows what was heard: the service sends far faster than it plays and drops nothing by itself over
 * WebSocket.
 */
export const truncateHeard: Epic = (events$, state) =>
  events$.pipe(
    ofType('playout.flushed'),
    concatMap((flushed) => [...interruption(flushed), ...corrections(flushed, state())]),
  );

const isCut = ({ discardedMs, isFinished }: FlushedItem): boolean => discardedMs > 0 || !isFinished;

const interruption = ({ items }: PlayoutFlushed): readonly VoiceEvent[] => {
  const first = items.find(isCut);
  return first ? [{ type: 'turn.interrupted', itemId: first.itemId, heardMs: first.playedMs }] : [];
};

/**
 * Out-of-band answers are no part of the conversation: there is nothing to correct. Nor is there of items that were made
 * in an earlier session: a later one gets what was heard of them, and cannot truncate it. So nothing waits for it either.
 */
const corrections = ({ items }: PlayoutFlushed, { connection, conversation }: SessionState): readonly Command[] =>
  items
    .filter(() => connection.status !== 'reconnecting')
    .filter((item) => isCut(item) && itemOf(conversation, item.itemId)?.origin === 'live')
    .map(({ itemId, playedMs }) =>
      playedMs >= 1
        ? { type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: Math.floor(playedMs) }
        : { type: 'conversation.item.delete', item_id: itemId },
    );
