import { Observable, Subscription, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';

/** How fast audio is sent: all at once, 12 times as fast as it plays (3 s in 0.25 s, recorded), or as it plays. */
export type Pace = 'instant' | 'service' | 'realtime';

/** An event and when to send it, in milliseconds since the first. */
export interface Step<Event> {
  readonly atMs: Millis;
  readonly event: Event;
}

/**
 * Sends steps when they are due; `atMs` must not fall.
 *
 * Goes by deadline: after a late wake-up everything due goes out at once, so that delays do not add up. One timer at a
 * time, whatever the number of steps. Completes after the last.
 */
export const paced = <Event>(steps: Iterable<Step<Event>>): Observable<Event> =>
  new Observable((subscriber) => {
    const begin = clock.now();
    const iterator = steps[Symbol.iterator]();
    const waiting = new Subscription();
    const send = () => {
      while (!subscriber.closed) {
        const { done, value } = iterator.next();
        if (done) return subscriber.complete();
        const wait = value.atMs - (clock.now() - begin);
        if (wait > 0) {
          const next = timer(wait).subscribe({
            next: () => {
              waiting.remove(next);
              subscriber.next(value.event);
              send();
            },
            error: (error: unknown) => subscriber.error(error),
          });
          waiting.add(next);
          return;
        }
        subscriber.next(value.event);
      }
    };
    subscriber.add(waiting);
    send();
  });
