import { defer, filter, interval, map } from 'rxjs';
import type { Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import type { Epic } from '../src/epic.js';
import type { Stalled } from '../src/events.js';

/** Settings of `watchStalls`. */
export interface WatchStallsConfig {
  /**
   * From how long a stall on it is told, in milliseconds.
   * @default 100
   */
  readonly ms?: Millis;
}

/** How often we look; a stall is told to be up to this much shorter than it was. */
const tickMs: Millis = 20;

/**
 * The epic of event loops that stand still: says `diagnostic.stalled` when nothing of this process has run for `ms`, afterwards and once.
 * Suspension and a stopped process count too.
 *
 * While it runs a timer ticks every 20 ms: 0.4 % of a core for one conversation, 1.6 % for a hundred (measured). One conversation of a process is
 * enough to carry it.
 *
 * @throws RangeError on call, when `ms` is not above 0.
 */
export const watchStalls = ({ ms = 100 }: WatchStallsConfig = {}): Epic => {
  if (!(ms > 0)) throw new RangeError(`watchStalls: ms must be above 0, got ${ms}`);
  return () =>
    defer(() => {
      let tickedAt = clock.now();
      const lateness = (): Millis => {
        const now = clock.now();
        const late = now - tickedAt - tickMs;
        tickedAt = now;
        return late;
      };
      return interval(tickMs).pipe(
        map(lateness),
        filter((late) => late >= ms),
        map((late): Stalled => ({ type: 'diagnostic.stalled', ms: late })),
      );
    });
};
