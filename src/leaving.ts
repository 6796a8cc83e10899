import { Observable, type Subscriber } from 'rxjs';

/** Emits when a subscriber is left, has completed or failed: stops a source that emits while it is still being subscribed to. */
export const leaving = (subscriber: Subscriber<unknown>): Observable<void> =>
  new Observable((left) => subscriber.add(() => left.next()));
