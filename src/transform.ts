import { filter, ignoreElements, Observable, type OperatorFunction, tap } from 'rxjs';

/** What an operator does at the beginning, with each value, and at the end; its state belongs to one subscription. */
export interface Transformer<In, Out> {
  /** Called once, before the source is subscribed. As `startWith`, without one more subscriber that each value goes through. */
  open?(emit: (out: Out) => void): void;
  /** May emit any number of values. What it throws errors the stream. */
  next(value: In, emit: (out: Out) => void): void;
  /** Called once when the source completes, never when it errors. */
  flush?(emit: (out: Out) => void): void;
}

/**
 * Makes an operator of a function that emits any number of values for each that it is given, as the web's `TransformStream` does.
 *
 * Like `concatMap` with arrays, but neither array nor inner subscription is allocated for a value.
 *
 * @param create Called on every subscription, for a fresh state.
 */
export const transform =
  <In, Out>(create: () => Transformer<In, Out>): OperatorFunction<In, Out> =>
  (source) =>
    new Observable((subscriber) => {
      const { open, next, flush } = create();
      const emit = (out: Out): void => subscriber.next(out);
      const work = (value: In): boolean => {
        next(value, emit);
        return false;
      };
      open?.(emit);
      if (subscriber.closed) return;
      // a filter that lets nothing through costs less than tap and ignoreElements; subscribed with the subscriber itself, so that leaving
      // stops a synchronous source, too
      return source.pipe(filter(work), tap({ complete: () => flush?.(emit) }), ignoreElements()).subscribe(subscriber);
    });
