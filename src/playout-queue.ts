import { durationOf, type Hertz, samplesIn } from './audio.js';
import type { FlushedItem, PlayoutEvent } from './events.js';

/** Whose audio it is. */
export interface PlayoutItem {
  readonly itemId: string;
  readonly responseId: string;
}

/**
 * Audio on its way to the loudspeaker, and the account of what the device took.
 *
 * No getters: an object literal that has some is looked up like a dictionary (5 ns more a look, Node 20.20), and the player looks some ten times a frame.
 */
export interface PlayoutQueue {
  /** Appends audio of an item. */
  push(itemId: string, responseId: string, samples: Int16Array): void;
  /** The provider has sent all audio of these items. */
  finish(isMeant: (item: PlayoutItem) => boolean): readonly PlayoutEvent[];
  /** The next samples to write, 20 ms at the most; undefined when nothing waits. */
  pull(): Int16Array | undefined;
  /** Notes that samples were written which are of no item. */
  fill(samples: number): void;
  /** The device has taken `samples` more. */
  take(samples: number): readonly PlayoutEvent[];
  /** What was pulled and not taken waits again. */
  rewind(): void;
  /** Throws away all that the device has not taken; tells the items that were not through. */
  flush(): readonly FlushedItem[];
  /** Samples that were written and that the device has not taken. */
  inFlight(): number;
  /** Samples that wait to be written. */
  waiting(): number;
  /** The item queued last, while the provider may still send audio of it. */
  open(): PlayoutItem | undefined;
  /** Whether all was taken and no item is open. */
  isDrained(): boolean;
}

/** What is known of one item; it is through when the provider has finished it and the device has taken all of it. */
interface Account extends PlayoutItem {
  queued: number;
  played: number;
  isFinished: boolean;
  isThrough: boolean;
}

/** Audio of one item, in one piece, or a filler, which is of none. */
interface Piece {
  readonly item: Account | undefined;
  readonly samples: Int16Array;
  readonly length: number;
  pulled: number;
  played: number;
}

const nothing = new Int16Array(0);

/** How many items that are through are remembered, for an item may have a second part. */
const rememberedItems = 16;

/** A queue for audio of one sample rate: items first in, first out. */
export const createPlayoutQueue = (sampleRate: Hertz): PlayoutQueue => {
  const writeSize = samplesIn(20, sampleRate);
  const items = new Map<string, Account>();
  let pieces: Piece[] = [];
  let pullAt = 0;
  let inFlight = 0;
  let waiting = 0;
  /** Items that are not through. */
  let pending = 0;
  let last: Account | undefined;

  const account = (type: 'playout.progress' | 'playout.item_done', { itemId, responseId, played }: Account): PlayoutEvent => ({
    type,
    itemId,
    responseId,
    playedSamples: played,
    playedMs: durationOf(played, sampleRate),
  });
  const forget = (): void => {
    for (const [itemId, { isThrough }] of items) {
      if (items.size <= rememberedItems) return;
      if (isThrough) items.delete(itemId);
    }
  };
  /** Reports go into `events`, for they arise with each frame. */
  const close = (item: Account, events: PlayoutEvent[]): void => {
    if (!item.isFinished || item.played < item.queued || item.isThrough) return;
    item.isThrough = true;
    pending--;
    forget();
    events.push(account('playout.item_done', item));
    if (pending === 0) events.push({ type: 'playout.drained' });
  };
  const play = (item: Account, samples: number, events: PlayoutEvent[]): void => {
    const { itemId, responseId, played } = item;
    item.played += samples;
    if (played === 0) events.push({ type: 'playout.started', itemId, responseId });
    events.push(account('playout.progress', item));
    close(item, events);
  };
  const accountOf = (itemId: string, responseId: string): Account => {
    const known = items.get(itemId);
    const item = known ?? { itemId, responseId, queued: 0, played: 0, isFinished: false, isThrough: true };
    if (!known) items.set(itemId, item);
    if (item.isThrough) pending++;
    item.isFinished = false;
    item.isThrough = false;
    return item;
  };

  return {
    push(itemId, responseId, samples) {
      const { length } = samples;
      if (length === 0) return;
      last = accountOf(itemId, responseId);
      last.queued += length;
      waiting += length;
      pieces.push({ item: last, samples, length, pulled: 0, played: 0 });
    },
    finish(isMeant) {
      const events: PlayoutEvent[] = [];
      for (const item of items.values()) {
        if (item.isThrough || !isMeant(item)) continue;
        item.isFinished = true;
        close(item, events);
      }
      return events;
    },
    pull() {
      const piece = pieces[pullAt];
      if (!piece) return undefined;
      const { samples, pulled, length } = piece;
      const end = Math.min(pulled + writeSize, length);
      piece.pulled = end;
      if (end === length) pullAt++;
      inFlight += end - pulled;
      waiting -= end - pulled;
      return end - pulled === length ? samples : samples.subarray(pulled, end);
    },
    fill(length) {
      // Whatever waits comes after it.
      pieces.splice(pullAt, 0, { item: undefined, samples: nothing, length, pulled: length, played: 0 });
      pullAt++;
      inFlight += length;
    },
    take(count) {
      const events: PlayoutEvent[] = [];
      let rest = Math.min(count, inFlight);
      inFlight -= rest;
      let at = 0;
      while (rest > 0) {
        const { item } = pieces[at] as Piece;
        let samples = 0;
        // Neighbours of one item make one report.
        for (let piece = pieces[at]; piece && piece.item === item && rest > 0; piece = pieces[at]) {
          const now = Math.min(rest, piece.pulled - piece.played);
          piece.played += now;
          samples += now;
          rest -= now;
          if (piece.played < piece.length) break;
          at++;
        }
        if (item) play(item, samples, events);
      }
      if (at > 0) {
        pieces = pieces.slice(at);
        pullAt -= at;
      }
      return events;
    },
    rewind() {
      pieces = pieces.filter(({ item }) => item !== undefined);
      waiting = 0;
      for (const piece of pieces) {
        piece.pulled = piece.played;
        waiting += piece.length - piece.played;
      }
      inFlight = 0;
      pullAt = 0;
    },
    flush() {
      const cut = [...items.values()].filter(({ isThrough }) => !isThrough);
      items.clear();
      pieces = [];
      pullAt = inFlight = waiting = pending = 0;
      last = undefined;
      return cut.map(({ itemId, responseId, played, queued, isFinished }) => ({
        itemId,
        responseId,
        playedSamples: played,
        playedMs: durationOf(played, sampleRate),
        discardedMs: durationOf(queued - played, sampleRate),
        isFinished,
      }));
    },
    inFlight: () => inFlight,
    waiting: () => waiting,
    open: () => (last && !last.isFinished ? last : undefined),
    isDrained: () => pending === 0,
  };
};
