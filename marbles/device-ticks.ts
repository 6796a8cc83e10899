import { distinctUntilChanged, EMPTY, interval, type Observable, switchMap } from 'rxjs';
import type { Millis } from '../src/audio.js';

/** The clock of a scripted device: runs only while it has something to take, or virtual time would never end. */
export const deviceTicks = (busy$: Observable<boolean>, blockMs: Millis): Observable<number> =>
  busy$.pipe(
    distinctUntilChanged(),
    switchMap((busy) => (busy ? interval(blockMs) : EMPTY)),
  );
