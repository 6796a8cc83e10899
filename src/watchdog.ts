import {
  connect,
  defer,
  endWith,
  ignoreElements,
  interval,
  type MonoTypeOperatorFunction,
  map,
  merge,
  takeUntil,
  tap,
} from 'rxjs';
import type { Millis } from './audio.js';
import type { AudioError } from './errors.js';

/** How long silence of a device is borne. */
export interface WatchdogConfig {
  /** Until the first value, in milliseconds. */
  readonly firstMs: Millis;
  /** Between values, in milliseconds. */
  readonly ms: Millis;
  /** What to error with. */
  readonly lost: () => AudioError;
}

const TICK_MS = 100;

/**
 * Errors when the source is silent for too long; an unplugged device says nothing.
 *
 * Counts many short waits, not one long one: after a stall of our own event loop only one of them is due, and values
 * that waited meanwhile come before the next.
 */
export const watchdog =
  <T>({ firstMs, ms, lost }: WatchdogConfig): MonoTypeOperatorFunction<T> =>
  (source) =>
    defer(() => {
      let left = Math.ceil(firstMs / TICK_MS);
      const check$ = interval(TICK_MS).pipe(
        map(() => {
          left -= 1;
          if (left < 0) throw lost();
        }),
        ignoreElements(),
      );
      const alive = (): void => {
        left = Math.ceil(ms / TICK_MS);
      };
      return source.pipe(
        connect((value$) => merge(value$.pipe(tap(alive)), check$.pipe(takeUntil(value$.pipe(ignoreElements(), endWith(0)))))),
      );
    });
