import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import { apartMs, freeSlot, type Slot } from './free-slot.js';
import type { Provider } from './provider.js';

/** What a conversation knows of the others that connect to the same service. */
export interface Seat {
  /**
   * Takes a moment to connect at, `ms` from now or later.
   *
   * @returns How long it is until then, in milliseconds.
   */
  take(ms: Millis): Millis;
  /** The provider has asked one of them to leave it alone for so long; that holds for all. */
  rest(ms: Millis): void;
  /** How long it is still to be left alone, in milliseconds; 0 where it has not asked. */
  readonly restMs: Millis;
  /** The conversation is over, and so are its moments. */
  leave(): void;
}

export interface ConnectLimiter {
  /** A conversation with that provider begins. */
  join(provider: Provider): Seat;
}

/**
 * Sees to it that conversations which lost their connection together do not come back together, and that what a provider asked one of them holds for
 * the others.
 *
 * Providers of one name share the pace: no two of their conversations connect again within 100 ms, or 3 s divided by their number, of each other. That is
 * less than half of them within any second, when there are more than 20. Conversations with the same provider object, and thus the same credentials, share the rest that it asked for.
 * Remembers nothing once the last conversation has left, but for rests.
 */
export const createConnectLimiter = (): ConnectLimiter => {
  const places = new Map<string, { seats: number; slots: readonly Slot[] }>();
  const restsUntil = new WeakMap<Provider, Millis>();

  return {
    join(provider) {
      const owner = {};
      const place = places.get(provider.name) ?? { seats: 0, slots: [] };
      places.set(provider.name, place);
      place.seats += 1;

      return {
        take(ms) {
          const now = clock.now();
          const apart = apartMs(place.seats);
          const slots = place.slots.filter(({ at }) => at > now - apart);
          const at = freeSlot(slots, { owner, at: now + ms }, apart);
          place.slots = [...slots, { owner, at }].sort((one, other) => one.at - other.at);
          return at - now;
        },
        rest(ms) {
          restsUntil.set(provider, Math.max(restsUntil.get(provider) ?? 0, clock.now() + ms));
        },
        get restMs() {
          return Math.max(0, (restsUntil.get(provider) ?? 0) - clock.now());
        },
        leave() {
          place.seats -= 1;
          place.slots = place.slots.filter((slot) => slot.owner !== owner);
          if (place.seats === 0) places.delete(provider.name);
        },
      };
    },
  };
};

/** That of this process. */
export const connectLimiter = createConnectLimiter();
