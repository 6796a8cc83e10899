import { Observable, type OperatorFunction, Subscriber } from 'rxjs';

/** What an operator does with each value, and at the end; its state belongs to one subscription. */
export interface Transformer<In, Out> {
  /** May emit any number of values. What it throws errors the stream. */
  next(value: In, emit: (out: Out) => void): void;
  /** Called once when the source completes, never when it errors. */
  flush?(emit: (out: Out) => void): void;
}

/** Being its destination's child, it is closed with it, even while a synchronous source still runs. */
class TransformSubscriber<In, Out> extends Subscriber<In> {
  readonly #transformer: Transformer<In, Out>;
  readonly #emit: (out: Out) => void;

  constructor(destination: Subscriber<Out>, transformer: Transformer<In, Out>) {
    super(destination);
    this.#transformer = transformer;
    this.#emit = (out) => destination.next(out);
  }

  protected override _next(value: In): void {
    try {
      this.#transformer.next(value, this.#emit);
    } catch (error) {
      this.error(error);
    }
  }

  protected override _complete(): void {
    try {
      this.#transformer.flush?.(this.#emit);
    } catch (error) {
      this._error(error);
      return;
    }
    super._complete();
  }
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
    new Observable((subscriber) => source.subscribe(new TransformSubscriber(subscriber, create())));
