import { from, isObservable, Observable } from 'rxjs';
import type { Millis } from '../audio.js';
import { type Fold, folding } from './fold.js';
import { heldValues } from './held-values.js';

/** Values that can be subscribed to, and read with `for await`. Each does the work anew. */
export interface AudioStream<Value> extends Observable<Value>, AsyncIterable<Value> {}

/** Where values come from. */
export type StreamSource<Value> = Observable<Value> | AsyncIterable<Value> | Iterable<Value>;

/** How much of an Observable, which cannot be made to wait, is kept for who reads it slowly. */
export interface HeldConfig<Value> {
  /** How long a value lasts. */
  readonly sizeOf: (value: Value) => Millis;
  /** The oldest values go when more than this waits. */
  readonly maxHeldMs: Millis;
}

/** Streams of iterables: read with `for await` they wait, as those do. */
const patient = new WeakSet<object>();

/** Whether it gives no more than is read of it. */
export const canWait = <Value>(source: StreamSource<Value>): source is AsyncIterable<Value> | Iterable<Value> =>
  !isObservable(source) || patient.has(source);

/**
 * The values of a source through a fold, as an Observable and as an async iterable in one. Who reads it with `for await` takes from an iterable no
 * more than it reads; an Observable goes on meanwhile, and what it emits is held.
 */
export function audioStream<In, Out>(
  source: StreamSource<In>,
  open: () => Fold<In, Out>,
  held: HeldConfig<Out>,
): AudioStream<Out> {
  const values$ = (isObservable(source) ? source : from(source)).pipe(folding(open));
  if (!canWait(source)) return iterable(values$, () => heldValues(values$, held));
  const stream = iterable(values$, () => pulled(source, open));
  patient.add(stream);
  return stream;
}

/** An Observable that can be read with `for await`, too. */
export const iterable = <Value>(values$: Observable<Value>, iterate: () => AsyncIterator<Value>): AudioStream<Value> =>
  Object.assign(new Observable<Value>((subscriber) => values$.subscribe(subscriber)), { [Symbol.asyncIterator]: iterate });

async function* pulled<In, Out>(source: AsyncIterable<In> | Iterable<In>, open: () => Fold<In, Out>): AsyncGenerator<Out, void> {
  const fold = open();
  try {
    for await (const value of source) yield* fold.push(value);
    yield* fold.end();
  } finally {
    fold.close();
  }
}
