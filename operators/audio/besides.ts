import { catchError, EMPTY, type MonoTypeOperatorFunction, merge, type Observable, using } from 'rxjs';

/**
 * Listens to further streams while it lasts, for what they do alone: subscribes them before its source and leaves them with it. Neither their values
 * nor their ends mean anything to what comes out; their errors end nothing but themselves.
 */
export const besides =
  <T>(...others: readonly Observable<unknown>[]): MonoTypeOperatorFunction<T> =>
  (source) =>
    using(
      () => merge(...others.map((other) => other.pipe(catchError(() => EMPTY)))).subscribe(),
      () => source,
    );
