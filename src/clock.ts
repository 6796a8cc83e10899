import type { Millis } from './audio.js';

/** A source of monotonic time. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never jumps, never goes back. */
  now(): Millis;
}

/**
 * The clock that latencies are read from: `performance.now()`, unless the marble kit has put its virtual clock in `delegate`.
 * The wall clock is never asked, for it can jump.
 */
export const clock: Clock & { delegate: Clock | undefined } = {
  now: () => (clock.delegate ?? performance).now(),
  delegate: undefined,
};

/** Unix time in milliseconds, which goes on as `clock` does and does not jump with the machine's. */
export const unixNow = (): Millis => performance.timeOrigin + clock.now();
