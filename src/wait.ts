import { NEVER, type Observable, timer } from 'rxjs';
import type { Millis } from './audio.js';

/** The longest that a timer can wait: 24 days. One that is set for longer goes off at once. */
export const longestTimerMs: Millis = 2 ** 31 - 1;

/** Emits once, in `ms` milliseconds, or as late as a timer can: for those who then see whether it is time. */
export const soon = (ms: Millis): Observable<unknown> => timer(Math.min(ms, longestTimerMs));

/** Emits once, in `ms` milliseconds; never where that is longer than a timer can wait, as `Infinity` is. */
export const wait = (ms: Millis): Observable<unknown> => (ms <= longestTimerMs ? timer(ms) : NEVER);
