import { firstValueFrom, type OperatorFunction, Subject, timer } from 'rxjs';

/**
 * Reads an iterable through an operator, no faster than it is read itself; the operator may take its time. Leaving it leaves the iterable.
 */
export async function* pulledThrough<In, Out>(
  source: AsyncIterable<In> | Iterable<In>,
  operator: OperatorFunction<In, Out>,
): AsyncGenerator<Out, void> {
  const input = new Subject<In>();
  const ready: Out[] = [];
  let hasBegun = false;
  let leave = (): void => undefined;
  const ended = new Promise<'over'>((resolve, reject) => {
    const running = input.pipe(operator).subscribe({
      next: (value) => ready.push(value),
      error: reject,
      complete: () => resolve('over'),
    });
    leave = () => running.unsubscribe();
  });
  // A failure is told when it is asked for; until then nobody looks.
  ended.catch(() => undefined);
  try {
    for await (const value of source) {
      input.next(value);
      hasBegun ||= ready.length > 0;
      yield* ready.splice(0);
      // What an operator loads, it loads with the first value: an iterable that never waits would leave it no time for that.
      if (!hasBegun) await firstValueFrom(timer(0), { defaultValue: 0 });
      // Rejects when it has failed.
      await Promise.race([ended, undefined]);
    }
    input.complete();
    await ended;
    yield* ready.splice(0);
  } finally {
    leave();
  }
}
