import { concat, EMPTY, ignoreElements, merge, mergeMap, NEVER, of, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedPlayout, scriptedSink } from '../../marbles/index.js';
import type { PlayoutInput } from '../../src/epic.js';
import { AudioError } from '../../src/errors.js';
import { marbles } from '../marbles.js';

/** Audio of so many milliseconds at 24 kHz. */
const delta = (ms: number, item = 'i'): PlayoutInput => ({
  type: 'response.output_audio.delta',
  event_id: 'e',
  response_id: 'r',
  item_id: item,
  output_index: 0,
  content_index: 0,
  delta: Buffer.alloc(ms * 48).toString('base64'),
});
const done = (item = 'i'): PlayoutInput => ({
  type: 'response.output_audio.done',
  event_id: 'e',
  response_id: 'r',
  item_id: item,
  output_index: 0,
  content_index: 0,
});
const flush: PlayoutInput = { type: 'playout.flush' };
const item = (itemId = 'i') => ({ itemId, responseId: 'r' });
const progress = (playedMs: number, itemId = 'i') => ({
  type: 'playout.progress',
  ...item(itemId),
  playedMs,
  playedSamples: playedMs * 24,
});
const itemDone = (playedMs: number, itemId = 'i') => ({ ...progress(playedMs, itemId), type: 'playout.item_done' });
const started = (itemId = 'i') => ({ type: 'playout.started', ...item(itemId) });
const drained = { type: 'playout.drained' };

describe('scriptedPlayout', () => {
  it(
    'plays 20 ms every 20 ms and says when an item is done',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-ad------|', { a: delta(60), d: done() });
      const subs = '       ^--------!';
      const expected = '   -sxy(zid)|';

      expectObservable(scriptedPlayout()(source)).toBe(expected, {
        s: started(),
        x: progress(20),
        y: progress(40),
        z: progress(60),
        i: itemDone(60),
        d: drained,
      });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'plays items one after the other without a gap, and completes when all has sounded',
    marbles(({ cold, now, flush: run }) => {
      const source = cold('(axby|)', { a: delta(30, 'a'), x: done('a'), b: delta(20, 'b'), y: done('b') });
      const heard: string[] = [];
      const note = (what: string) => heard.push(`${now()} ${what}`);
      scriptedPlayout()(source).subscribe({
        next: (event) => note('itemId' in event ? `${event.itemId} ${event.type}` : event.type),
        complete: () => note('complete'),
      });
      run();

      expect(heard).toEqual([
        '0 a playout.started',
        '20 a playout.progress',
        '40 a playout.progress',
        '40 a playout.item_done',
        '40 b playout.started',
        '40 b playout.progress',
        '60 b playout.progress',
        '60 b playout.item_done',
        '60 playout.drained',
        '60 complete',
      ]);
    }),
  );

  it(
    'is not drained while an item is unfinished, and goes on when more comes',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  a---b------d', { a: delta(20), b: delta(20), d: done() });
      const expected = '     sx---y-----(id)';
      expectObservable(scriptedPlayout()(source)).toBe(expected, {
        s: started(),
        x: progress(20),
        y: progress(40),
        i: itemDone(40),
        d: drained,
      });
    }),
  );

  it(
    'throws away what is queued when flushed, and tells what of it had sounded',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  (ab)-f-----|', { a: delta(200), b: delta(100, 'b'), f: flush });
      const expected = '     svwxyz-----|';
      const items = [
        { itemId: 'i', playedMs: 80, discardedMs: 120 },
        { itemId: 'b', playedMs: 0, discardedMs: 100 },
      ];

      expectObservable(scriptedPlayout()(source)).toBe(expected, {
        s: started(),
        v: progress(20),
        w: progress(40),
        x: progress(60),
        y: progress(80),
        z: { type: 'playout.flushed', items },
      });
    }),
  );

  it(
    'never ends while its input goes on, and passes its error on',
    marbles(({ cold, expectObservable }) => {
      expectObservable(scriptedPlayout()(NEVER)).toBe('-');
      expectObservable(scriptedPlayout()(EMPTY)).toBe('|');
      expectObservable(scriptedPlayout()(cold('-#'))).toBe('-#');
    }),
  );
});

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
