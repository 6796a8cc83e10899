import { interval } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { AudioError } from '../src/errors.js';
import { watchdog } from '../src/watchdog.js';
import { marbles } from './marbles.js';

const gone = new AudioError('gone', { code: 'device_lost' });
const watch = <T>() => watchdog<T>({ firstMs: 1000, ms: 200, lost: () => gone });

describe('watchdog', () => {
  it(
    'errors when no value comes in time',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-');
      expectObservable(source.pipe(watch())).toBe('1100ms #', undefined, gone);
      expectSubscriptions(source.subscriptions).toBe('^ 1080ms !');
    }),
  );

  it(
    'errors when values stop',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  50ms a 99ms b');
      const expected = '     50ms a 99ms b 211ms #';
      expectObservable(source.pipe(watch())).toBe(expected, undefined, gone);
      expectSubscriptions(source.subscriptions).toBe('^ 380ms !');
    }),
  );

  it(
    'lets values, completion and errors of the source through',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a-b-|').pipe(watch())).toBe('a-b-|');
      expectObservable(cold('a-b-#').pipe(watch())).toBe('a-b-#');
      expectObservable(cold('|').pipe(watch())).toBe('|');
    }),
  );

  it('bears a stall of the event loop that is longer than the time allowed', async () => {
    const values: number[] = [];
    const error = await new Promise<unknown>((resolve) => {
      const subscription = interval(20)
        .pipe(watchdog({ firstMs: 1000, ms: 200, lost: () => gone }))
        .subscribe({
          error: resolve,
          next(value) {
            values.push(value);
            if (value === 3) {
              const end = performance.now() + 600;
              while (performance.now() < end);
            }
            if (value < 20) return;
            subscription.unsubscribe();
            resolve(undefined);
          },
        });
    });
    expect(error).toBeUndefined();
    expect(values).toHaveLength(21);
  });
});
