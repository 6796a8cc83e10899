import { defer, finalize, type Observable, type OperatorFunction, Subject } from 'rxjs';
import { transform } from '../transform.js';

/** What is done to the values of one stream, step by step, at once. */
export interface Fold<In, Out> {
  /** What comes of the next value, in order. */
  push(value: In): readonly Out[];
  /** What is left at the end. */
  end(): readonly Out[];
  /** Gives back what it holds. */
  close(): void;
}

/** An operator that emits at once, as a fold. */
export function foldOf<In, Out>(operator: OperatorFunction<In, Out>): Fold<In, Out> {
  const input = new Subject<In>();
  let emitted: Out[] = [];
  let failure: { readonly error: unknown } | undefined;
  const running = input.pipe(operator).subscribe({
    next: (value) => emitted.push(value),
    error: (error: unknown) => {
      failure = { error };
    },
  });
  const taken = (): readonly Out[] => {
    if (failure) throw failure.error;
    const values = emitted;
    emitted = [];
    return values;
  };
  return {
    push(value) {
      input.next(value);
      return taken();
    },
    end() {
      input.complete();
      return taken();
    },
    close: () => running.unsubscribe(),
  };
}

/** A fold as an operator, opened on each subscription. */
export const folding =
  <In, Out>(open: () => Fold<In, Out>): OperatorFunction<In, Out> =>
  (source): Observable<Out> =>
    defer(() => {
      const fold = open();
      const run = transform<In, Out>(() => ({
        next: (value, emit) => fold.push(value).forEach(emit),
        flush: (emit) => fold.end().forEach(emit),
      }));
      return source.pipe(
        run,
        finalize(() => fold.close()),
      );
    });
