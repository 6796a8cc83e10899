import type { Millis } from '../audio.js';

/** A moment at which a conversation connects, or has connected. */
export interface Slot {
  /** Who took it; compared by identity. */
  readonly owner: object;
  readonly at: Millis;
}

/**
 * Over how long conversations that lost their connection together come back. Of N of them a third connects within a second;
 * a half is promised, so that a process that stands still for half a second does not break it.
 */
const spreadMs: Millis = 3000;

/** No service minds ten connections a second, so few conversations need not wait for one another any longer. */
const mostApartMs: Millis = 100;

/** How far apart connections are made, in milliseconds: 3 s divided by the conversations, 100 ms at most. */
export const apartMs = (conversations: number): Millis => Math.min(mostApartMs, spreadMs / conversations);

/**
 * The first moment from `wantedAt` on that is `apart` milliseconds away from those that others have taken.
 *
 * Its own do not count: whoever is alone never waits.
 *
 * @param slots In order of time.
 */
export const freeSlot = (slots: readonly Slot[], { owner, at: wantedAt }: Slot, apart: Millis): Millis =>
  slots.reduce((at, slot) => (slot.owner !== owner && Math.abs(slot.at - at) < apart ? slot.at + apart : at), wantedAt);
