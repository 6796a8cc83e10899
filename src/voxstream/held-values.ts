import type { Observable } from 'rxjs';
import type { HeldConfig } from './audio-stream.js';

type Result<Value> = IteratorResult<Value, undefined>;
const over: Result<never> = { done: true, value: undefined };

/**
 * Reads an Observable one value at a time. Subscribes at once; what is not read yet is held, the newest of it where it becomes too much. Leaving it, also in the
 * middle of a wait, unsubscribes.
 */
export function heldValues<Value>(
  values$: Observable<Value>,
  { sizeOf, maxHeldMs }: HeldConfig<Value>,
): AsyncIterator<Value, undefined> {
  let held: Value[] = [];
  let heldMs = 0;
  let ended: (() => Promise<Result<Value>>) | undefined;
  const waiting: ((result: Promise<Result<Value>> | Result<Value>) => void)[] = [];

  const end = (how: () => Promise<Result<Value>>): void => {
    ended ??= how;
    // The failure is told once; whoever asks again is told of the end.
    for (const answer of waiting.splice(0)) answer(afterEnd());
  };
  const afterEnd = (): Promise<Result<Value>> => {
    const how = ended;
    ended = () => Promise.resolve(over);
    return how ? how() : Promise.resolve(over);
  };
  const running = values$.subscribe({
    next: (value) => {
      const answer = waiting.shift();
      if (answer) return answer({ done: false, value });
      held.push(value);
      heldMs += sizeOf(value);
      while (heldMs > maxHeldMs && held.length > 1) heldMs -= sizeOf(held.shift() as Value);
    },
    error: (error: unknown) => end(() => Promise.reject(error)),
    complete: () => end(() => Promise.resolve(over)),
  });

  return {
    next() {
      if (held.length > 0) {
        const value = held.shift() as Value;
        heldMs -= sizeOf(value);
        return Promise.resolve({ done: false, value });
      }
      return ended ? afterEnd() : new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      running.unsubscribe();
      held = [];
      end(() => Promise.resolve(over));
      ended = () => Promise.resolve(over);
      return Promise.resolve(over);
    },
  };
}
