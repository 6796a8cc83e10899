import { lastValueFrom, map, type Observable } from 'rxjs';

/** A promise that nobody needs to look at: whatever goes wrong is an event too, and a rejection without a handler would end the process. */
export const promised = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

/** A promise of the end of a stream, as above. */
export const promiseOf = (source: Observable<unknown>): Promise<void> =>
  promised(lastValueFrom(source.pipe(map(() => undefined)), { defaultValue: undefined }));
