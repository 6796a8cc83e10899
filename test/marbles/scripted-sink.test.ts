import { concat, ignoreElements, merge, mergeMap, of, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedSink } from '../../marbles/index.js';
import { AudioError } from '../../src/errors.js';
import { marbles } from '../marbles.js';

/** 20 ms at 1 kHz. */
const block = (value: number) => new Int16Array(20).fill(value);

describe('scriptedSink', () => {
  it(
    'takes a block a block later, and what there is when there is less',
    marbles(({ cold, expectObservable, expectSubscriptions, flush: run }) => {
      const sink = scriptedSink();
      const taken = sink.openSink(1000).pipe(
        mergeMap(({ write, taken$ }) => {
          const writes = cold('-a---b', { a: Int16Array.of(...block(1), ...block(2), 3), b: block(4) });
          return merge(taken$, writes.pipe(tap(write), ignoreElements()));
        }),
      );

      expectObservable(taken, '          ^--------!').toBe('--abc-d', { a: 20, b: 40, c: 41, d: 61 });
      expectSubscriptions(sink.subscriptions).toBe('^--------!');
      run();
      expect(sink.heard()).toEqual(Int16Array.of(...block(1), ...block(2), 3, ...block(4)));
      expect(sink.rates).toEqual([1000]);
    }),
  );

  it(
    'throws away what it has not taken when flushed',
    marbles(({ cold, expectObservable }) => {
      const taken = scriptedSink()
        .openSink(1000)
        .pipe(
          mergeMap((sink) => {
            const steps = cold('   w 30ms f 9ms v', {
              w: () => sink.write(new Int16Array(100)),
              f: sink.flush,
              v: () => sink.write(block(3)),
            });
            return merge(
              sink.taken$,
              steps.pipe(
                tap((step) => step()),
                ignoreElements(),
              ),
            );
          }),
        );

      expectObservable(taken, '200ms !').toBe('-ab 39ms c', { a: 20, b: 40, c: 60 });
    }),
  );

  it(
    'opens late, fails to open, and is lost, as told',
    marbles(({ cold, expectObservable }) => {
      const lost = new AudioError('lost', { code: 'device_lost' });
      const open = (config: Parameters<typeof scriptedSink>[0]) =>
        scriptedSink(config)
          .openSink(24_000)
          .pipe(mergeMap((sink) => concat(of(sink.aheadSamples), sink.taken$)));

      expectObservable(open({ opens$: cold('--o|'), aheadMs: 80 }), '^----!').toBe('--a', { a: 1920 });
      expectObservable(open({ opens$: cold('--#', {}, lost) })).toBe('--#', {}, lost);
      expectObservable(open({ opens$: cold('-o'), lost$: cold('--#', {}, lost) })).toBe('-a-#', { a: 1440 }, lost);
    }),
  );
});
