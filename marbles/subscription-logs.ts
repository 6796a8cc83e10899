import { Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { clock } from '../src/clock.js';

/** Who listened when, as `expectSubscriptions` takes it. */
export type SubscriptionLogs = Parameters<RunHelpers['expectSubscriptions']>[0];

/** Logs each subscription's begin and end, by `clock`, as `cold` and `hot` of the scheduler do. */
export const logged = <Value>(source: Observable<Value>, logs: SubscriptionLogs): Observable<Value> =>
  new Observable((subscriber) => {
    const subscribedFrame = clock.now();
    const index = logs.push({ subscribedFrame, unsubscribedFrame: Number.POSITIVE_INFINITY }) - 1;
    subscriber.add(() => {
      logs[index] = { subscribedFrame, unsubscribedFrame: clock.now() };
    });
    return source.subscribe(subscriber);
  });
