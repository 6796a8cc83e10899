import { Observable, type OperatorFunction, takeUntil } from 'rxjs';
import { leaving } from './leaving.js';

/** A fold that is opened for a stream, or for a part of one. */
export interface Transcoder<In, Out> {
  /** What this value completes. */
  push(value: In): readonly Out[];
  /** What was held until the end. */
  flush(): readonly Out[];
  /** Gives back memory that is not collected. */
  close(): void;
}

/** How folds are opened. */
export interface TranscodeConfig<In, Out> {
  /** Is given the first value; a fold that loads comes as a promise. */
  open(first: In): Transcoder<In, Out> | PromiseLike<Transcoder<In, Out>>;
  /**
   * Whether a new fold begins with this value; the one before is flushed then.
   * @default never
   */
  opensAnew?(value: In): boolean;
}

/**
 * Takes every value through a fold that is opened with the first one.
 *
 * Emits at once what a value completes; what comes while a fold is opened waits, in order. Completes when the source has, after what the fold still
 * held; completes without opening anything when the source is empty. Errors with what the fold throws. Closes it at the end, however it ends, also one
 * that comes when nobody waits any more.
 *
 * The queue is its own: `concatMap` overflows the stack when a thousand values wait for the first one.
 */
export const transcode =
  <In, Out>({ open, opensAnew = () => false }: TranscodeConfig<In, Out>): OperatorFunction<In, Out> =>
  (source) =>
    new Observable((subscriber) => {
      const held: In[] = [];
      let fold: Transcoder<In, Out> | undefined;
      let isOpening = false;
      let isOver = false;
      let isBusy = false;

      const emit = (values: readonly Out[]): void => {
        for (const value of values) subscriber.next(value);
      };
      const close = (): void => {
        fold?.close();
        fold = undefined;
      };
      const use = (opened: Transcoder<In, Out>, first: In): void => {
        isOpening = false;
        fold = opened;
        if (subscriber.closed) close();
        else emit(opened.push(first));
      };
      const openFor = (value: In): void => {
        if (fold) emit(fold.flush());
        close();
        isOpening = true;
        const opening = open(value);
        if ('close' in opening) use(opening, value);
        else
          opening.then(
            (opened) => attempt(() => use(opened, value)),
            (error: unknown) => subscriber.error(error),
          );
      };
      const drain = (): void => {
        while (held.length > 0 && !isOpening && !subscriber.closed) {
          const value = held.shift() as In;
          if (fold && !opensAnew(value)) emit(fold.push(value));
          else openFor(value);
        }
        if (!isOver || isOpening || subscriber.closed) return;
        if (fold) emit(fold.flush());
        subscriber.complete();
      };
      const attempt = (action: () => void): void => {
        try {
          // What comes while something is emitted, from a source that listens to us, has its turn afterwards.
          const isNested = isBusy;
          isBusy = true;
          action();
          if (isNested) return;
          drain();
          isBusy = false;
        } catch (error) {
          subscriber.error(error);
        }
      };

      subscriber.add(close);
      subscriber.add(
        source.pipe(takeUntil(leaving(subscriber))).subscribe({
          next: (value) => attempt(() => held.push(value)),
          error: (error: unknown) => subscriber.error(error),
          complete: () =>
            attempt(() => {
              isOver = true;
            }),
        }),
      );
    });
