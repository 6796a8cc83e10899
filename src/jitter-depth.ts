import type { Millis } from './audio.js';

/** How much audio to gather before it is played. */
export interface JitterDepth {
  /** Audio of a response has arrived, `ms` long. */
  arrived(responseId: string, ms: Millis): void;
  /** The device ran out of audio: more is wanted from now on. */
  underrun(): void;
  /** The depth that the arrivals so far call for. */
  ms(): Millis;
}

/** After an underrun the depth grows by half, and by this at least. */
const leastGrowthMs: Millis = 20;

/**
 * Follows how late audio comes against the pace at which it plays. A response that comes as fast as the service sends
 * needs no more than `leastMs`; one that comes in fits and starts needs as much as its latest piece was late. Each new
 * response forgets half of what the ones before it called for.
 *
 * @param now Monotonic milliseconds.
 */
export const createJitterDepth = (leastMs: Millis, mostMs: Millis, now: () => Millis): JitterDepth => {
  let response: string | undefined;
  let beganAt: Millis = 0;
  let received: Millis = 0;
  let depth = leastMs;

  const deepen = (ms: Millis): void => {
    depth = Math.min(mostMs, Math.max(depth, ms));
  };
  return {
    arrived(responseId, ms) {
      if (responseId !== response) {
        response = responseId;
        beganAt = now();
        received = 0;
        depth = leastMs + (depth - leastMs) / 2;
      } else deepen(now() - beganAt - received);
      received += ms;
    },
    underrun: () => deepen(Math.max(depth * 1.5, depth + leastGrowthMs)),
    ms: () => depth,
  };
};
