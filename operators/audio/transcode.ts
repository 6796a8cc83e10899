import { concat, concatMap, defer, finalize, from, mergeMap, Observable, type OperatorFunction } from 'rxjs';

/** A fold that is opened for one stream. */
export interface Transcoder<In, Out> {
  /** What this value completes. */
  push(value: In): readonly Out[];
  /** What was held until the end. */
  flush(): readonly Out[];
  /** Gives back memory that is not collected. */
  close(): void;
}

/** One that comes when nobody waits any more is closed at once. */
const opened = <Codec extends { close(): void }>(opening: Codec | PromiseLike<Codec>): Observable<Codec> =>
  new Observable((subscriber) => {
    const give = (codec: Codec): void => {
      if (subscriber.closed) codec.close();
      subscriber.next(codec);
      subscriber.complete();
    };
    if ('close' in opening) give(opening);
    else opening.then(give, (error: unknown) => subscriber.error(error));
  });

/**
 * Takes every value through a fold that is opened with the first one.
 *
 * Emits at once what a value completes; what comes while the fold is opened waits, in order. Completes when the source has, after what the fold still
 * held; completes without opening anything when the source is empty. Errors with what the fold throws. Closes it at the end, however it ends.
 *
 * @param open Is given the first value; a fold that loads comes as a promise.
 */
export const transcode =
  <In, Out>(open: (first: In) => Transcoder<In, Out> | PromiseLike<Transcoder<In, Out>>): OperatorFunction<In, Out> =>
  (source) =>
    defer(() => {
      let fold: Transcoder<In, Out> | undefined;
      const push = (value: In): Observable<Out> | readonly Out[] =>
        fold
          ? fold.push(value)
          : opened(open(value)).pipe(
              mergeMap((now) => {
                fold = now;
                return now.push(value);
              }),
            );
      return concat(
        source.pipe(concatMap(push)),
        defer(() => from(fold?.flush() ?? [])),
      ).pipe(finalize(() => fold?.close()));
    });
