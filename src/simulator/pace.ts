import { Observable, Subscription, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';

/** How fast audio is sent: all at once, 12 times as fast as it plays (3 s in 0.25 s, recorded), or as it plays. */
export type Pace = 'instant' | 'service' | 'realtime';

/** Nobody hears a difference, and what comes together costs less. */
const leastWaitMs: Millis = 10;

/** How long to wait where the client takes too little, before looking again. */
const fullMs: Millis = 50;

/** An event and when to send it, in milliseconds since the first. */
export interface Step<Event> {
  readonly atMs: Millis;
  readonly event: Event;
}

/**
 * Sends steps when they are due; `atMs` must not fall.
 *
 * Goes by deadline: after a late wake-up everything due goes out at once, so that delays do not add up. One timer at a
 * time, of 10 ms at least, whatever the number of steps. Completes after the last.
 *
 * @param isFull Whether the client has more on its way than it takes: then the next step is not even made.
 */
export const paced = <Event>(steps: Iterable<Step<Event>>, isFull: () => boolean = () => false): Observable<Event> =>
  new Observable((subscriber) => {
    const begin = clock.now();
    const iterator = steps[Symbol.iterator]();
    const waiting = new Subscription();
    const after = (ms: Millis, act: () => void) => {
      const next = timer(ms).subscribe({
        next: () => {
          waiting.remove(next);
          act();
        },
        error: (error: unknown) => subscriber.error(error),
      });
      waiting.add(next);
    };
    const send = () => {
      while (!subscriber.closed) {
        if (isFull()) return after(fullMs, send);
        const { done, value } = iterator.next();
        if (done) return subscriber.complete();
        const wait = value.atMs - (clock.now() - begin);
        if (wait > 0) {
          return after(Math.max(wait, leastWaitMs), () => {
            subscriber.next(value.event);
            send();
          });
        }
        subscriber.next(value.event);
      }
    };
    subscriber.add(waiting);
    send();
  });
