import type { Millis } from '../audio.js';

/** The most that the first wait can last; it doubles with each attempt. */
const firstMs: Millis = 100;

/** What the waits grow up to. */
const capMs: Millis = 10_000;

/**
 * How long to wait before another attempt, in milliseconds: anything up to 100 ms after the first, then 200, 400 … up to 10 s.
 *
 * All of it is chance ("full jitter"), so that sessions that lost their connection together do not come back together.
 *
 * @param attempt How many attempts have failed in a row, from 1.
 * @param random Gives numbers from 0 to 1, as `Math.random` does.
 * @param retryAfterMs What the error says: a floor, with chance on top; 0 means at once, and no chance.
 * @see {@link https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ | Exponential Backoff And Jitter}
 */
export const backOffMs = (attempt: number, random: () => number, retryAfterMs?: Millis): Millis => {
  if (retryAfterMs === 0) return 0;
  const floorMs = retryAfterMs !== undefined && retryAfterMs > 0 ? retryAfterMs : 0;
  return floorMs + random() * Math.min(capMs, firstMs * 2 ** (attempt - 1));
};
