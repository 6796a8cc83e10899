import type { Millis } from '../../audio.js';

/** A fold that follows how early packets come, and says how fast to play. */
export interface PlayoutPace {
  /** A packet came so long before its first sample is due; below 0 when it came too late. */
  arrived(aheadMs: Millis): void;
  /** Nothing was there for so long, and time stood still: all that comes is as much earlier. */
  waited(ms: Millis): void;
  /** How many samples more (or less) than `count` to play in their time. */
  extra(count: number, ms: Millis): number;
}

/** Crystals are off by 0.05 % at the worst, bad clocks by 0.5 %; a quarter of a percent is left to change the depth. 0.75 % are an eighth of a semitone. */
const fastest = 0.0075;
/** The earliness that counts is the least of the last 2 to 4 s. */
const halfWindowMs: Millis = 2000;

/**
 * Keeps the least early packet of the last seconds `leastMs` early: plays faster when it is more than twice that, slower when less than half, until
 * it is right. So follows the depth what the network does, and drift between the clocks of both ends is made good. Between these nothing is changed.
 */
export const playoutPace = (leastMs: Millis): PlayoutPace => {
  let before = Number.POSITIVE_INFINITY;
  let current = Number.POSITIVE_INFINITY;
  let elapsed = 0;
  let direction = 0;
  let credit = 0;

  const shift = (ms: Millis): void => {
    before += ms;
    current += ms;
  };
  const directionAfter = (low: number): number => {
    if (low === Number.POSITIVE_INFINITY) return 0;
    if (low < leastMs / 2) return -1;
    // Only after a whole half of the window, for the late ones may come yet.
    if (low > leastMs * 2 && before !== Number.POSITIVE_INFINITY) return 1;
    return (direction > 0 && low <= leastMs) || (direction < 0 && low >= leastMs) ? 0 : direction;
  };

  return {
    arrived(aheadMs) {
      current = Math.min(current, aheadMs);
    },
    waited: shift,
    extra(count, ms) {
      elapsed += ms;
      if (elapsed >= halfWindowMs) {
        before = current;
        current = Number.POSITIVE_INFINITY;
        elapsed = 0;
      }
      direction = directionAfter(Math.min(before, current));
      if (direction === 0) credit = 0;
      credit += direction * fastest * count;
      const samples = Math.trunc(credit);
      credit -= samples;
      if (samples !== 0) shift((-samples * ms) / count);
      return samples;
    },
  };
};
