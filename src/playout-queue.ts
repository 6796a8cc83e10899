import { durationOf, type Hertz, samplesIn } from './audio.js';
import type { PlayoutEvent, PlayoutFlushed } from './events.js';

/** Audio on its way to the loudspeaker, and the account of what the device took. */
export interface PlayoutQueue {
  /** Appends audio of an item. */
  push(itemId: string, responseId: string, samples: Int16Array): void;
  /** The provider has sent all audio of that item. */
  finish(itemId: string): readonly PlayoutEvent[];
  /** The next samples to write, 20 ms at the most; undefined when nothing waits. */
  pull(): Int16Array | undefined;
  /** Samples that were pulled and that the device has not taken. */
  readonly inFlight: number;
  /** The device has taken `samples` more. */
  take(samples: number): readonly PlayoutEvent[];
  /** Throws away all that the device has not taken. */
  flush(): PlayoutFlushed;
  readonly isEmpty: boolean;
}

/** What is known of one item. */
interface Item {
  readonly itemId: string;
  readonly responseId: string;
  queued: number;
  played: number;
  isFinished: boolean;
}

/** Audio of one item, in one piece. */
interface Piece {
  readonly item: Item;
  readonly samples: Int16Array;
  pulled: number;
  played: number;
}

/** A queue for audio of one sample rate: items first in, first out. */
export const createPlayoutQueue = (sampleRate: Hertz): PlayoutQueue => {
  const writeSize = samplesIn(20, sampleRate);
  const items = new Map<string, Item>();
  let pieces: Piece[] = [];
  let pullAt = 0;
  let inFlight = 0;

  const account = (type: 'playout.progress' | 'playout.item_done', { itemId, responseId, played }: Item): PlayoutEvent => ({
    type,
    itemId,
    responseId,
    playedSamples: played,
    playedMs: durationOf(played, sampleRate),
  });
  /** Reports go into `events`, for they arise with each frame. */
  const close = (item: Item, events: PlayoutEvent[]): void => {
    if (!item.isFinished || item.played < item.queued) return;
    items.delete(item.itemId);
    events.push(account('playout.item_done', item));
  };
  const play = (item: Item, samples: number, events: PlayoutEvent[]): void => {
    const { itemId, responseId, played } = item;
    item.played += samples;
    if (played === 0) events.push({ type: 'playout.started', itemId, responseId });
    events.push(account('playout.progress', item));
    close(item, events);
  };

  return {
    push(itemId, responseId, samples) {
      let item = items.get(itemId);
      if (!item) {
        item = { itemId, responseId, queued: 0, played: 0, isFinished: false };
        items.set(itemId, item);
      }
      item.queued += samples.length;
      if (samples.length > 0) pieces.push({ item, samples, pulled: 0, played: 0 });
    },
    finish(itemId) {
      const item = items.get(itemId);
      if (!item) return [];
      item.isFinished = true;
      const events: PlayoutEvent[] = [];
      close(item, events);
      return events;
    },
    pull() {
      const piece = pieces[pullAt];
      if (!piece) return undefined;
      const { samples, pulled } = piece;
      const end = Math.min(pulled + writeSize, samples.length);
      piece.pulled = end;
      if (end === samples.length) pullAt++;
      inFlight += end - pulled;
      return end - pulled === samples.length ? samples : samples.subarray(pulled, end);
    },
    get inFlight() {
      return inFlight;
    },
    take(count) {
      const events: PlayoutEvent[] = [];
      let rest = Math.min(count, inFlight);
      inFlight -= rest;
      let at = 0;
      while (rest > 0) {
        const first = pieces[at] as Piece;
        const { item } = first;
        let samples = 0;
        // Neighbours of one item make one report.
        for (let piece = pieces[at]; piece?.item === item && rest > 0; piece = pieces[at]) {
          const now = Math.min(rest, piece.pulled - piece.played);
          piece.played += now;
          samples += now;
          rest -= now;
          if (piece.played < piece.samples.length) break;
          at++;
        }
        play(item, samples, events);
      }
      if (at > 0) {
        pieces = pieces.slice(at);
        pullAt -= at;
      }
      if (events.length > 0 && pieces.length === 0) events.push({ type: 'playout.drained' });
      return events;
    },
    flush() {
      const report = [...items.values()].map((item) => ({
        itemId: item.itemId,
        playedMs: durationOf(item.played, sampleRate),
        discardedMs: durationOf(item.queued - item.played, sampleRate),
      }));
      items.clear();
      pieces = [];
      pullAt = 0;
      inFlight = 0;
      return { type: 'playout.flushed', items: report };
    },
    get isEmpty() {
      return pieces.length === 0;
    },
  };
};
