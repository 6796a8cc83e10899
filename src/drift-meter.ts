import type { Millis } from './audio.js';

const windowMs: Millis = 10_000;
/** Crystals differ by 0.01 %; 50 ms of jitter are half a percent of a window. */
const worthTelling = 0.005;

/**
 * Measures how fast a device is against the clock, in windows of 10 s: by the frame of each window that was least late, so that frames which
 * come late, or in lumps, after a stall for example, count for nothing.
 *
 * @returns To be told of each frame: when it came, and how much audio there was up to its end. Answers with the ratio, audio by time, when that has
 * changed by half a percent since the last answer (1 at first).
 */
export const createDriftMeter = (): ((at: Millis, media: Millis) => number | undefined) => {
  let endsAt: Millis | undefined;
  let least = Number.POSITIVE_INFINITY;
  let before: Millis | undefined;
  let told = 1;

  return (at, media) => {
    endsAt ??= at + windowMs;
    least = Math.min(least, at - media);
    if (at < endsAt) return undefined;
    const ratio = before === undefined ? told : 1 - (least - before) / windowMs;
    before = least;
    least = Number.POSITIVE_INFINITY;
    endsAt += windowMs;
    if (Math.abs(ratio - told) < worthTelling) return undefined;
    told = ratio;
    return ratio;
  };
};
