import fc from 'fast-check';
import { from, of, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pcm } from '../../marbles/index.js';
import { frame } from '../../operators/frame.js';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { AudioError } from '../../src/errors.js';
import { marbles } from '../marbles.js';

const chunks = { a: pcm(1, 2, 3), b: pcm(4, 5, 6, { position: 3 }) };

describe('frame', () => {
  it(
    're-cuts 3 ms chunks into 2 ms frames',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const frames = { w: pcm(1, 2), x: pcm(3, 4, { position: 2 }), y: pcm(5, 6, { position: 4 }) };

      const source = hot('  -a-b---|', chunks);
      const subs = '        ^------!';
      const expected = '    -w-(xy)|';

      expectObservable(source.pipe(frame({ ms: 2 }))).toBe(expected, frames);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'never emits when its source does not',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<AudioFrame>(' -');
      const subs = '        ^';

      expectObservable(source.pipe(frame())).toBe('-');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'completes with an empty source',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<AudioFrame>(' --|');
      const subs = '        ^-!';

      expectObservable(source.pipe(frame())).toBe('--|');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'pads the remainder with silence on completion',
    marbles(({ cold, expectObservable }) => {
      const source = cold(' -a-|', chunks);
      const expected = '    -x-(y|)';

      expectObservable(source.pipe(frame({ ms: 2 }))).toBe(expected, { x: pcm(1, 2), y: pcm(3, 0, { position: 2 }) });
    }),
  );

  it(
    'drops the remainder on completion when told to',
    marbles(({ cold, expectObservable }) => {
      const source = cold(' -a-|', chunks);
      const expected = '    -x-|';

      expectObservable(source.pipe(frame({ ms: 2, tail: 'drop' }))).toBe(expected, { x: pcm(1, 2) });
    }),
  );

  it(
    'drops the remainder on error',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-#', chunks);
      const subs = '        ^--!';
      const expected = '    -x-#';

      expectObservable(source.pipe(frame({ ms: 2 }))).toBe(expected, { x: pcm(1, 2) });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'leaves its source when unsubscribed',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-b---|', chunks);
      const unsub = '       ^-!';
      const expected = '    -x';

      expectObservable(source.pipe(frame({ ms: 2 })), unsub).toBe(expected, { x: pcm(1, 2) });
      expectSubscriptions(source.subscriptions).toBe(unsub);
    }),
  );

  it(
    'keeps a remainder for each subscription',
    marbles(({ cold, expectObservable }) => {
      const framed = cold(' a-b---|', chunks).pipe(frame({ ms: 2 }));
      const values = { w: pcm(1, 2), x: pcm(3, 4, { position: 2 }), y: pcm(5, 6, { position: 4 }) };

      expectObservable(framed).toBe('      w-(xy)|', values);
      expectObservable(framed, '-^').toBe('-w-(xy)|', values);
    }),
  );

  it('stops a synchronous source', () => {
    let taken = 0;
    const endless = function* () {
      for (; taken < 1000; taken++) yield pcm(1, { position: taken });
    };
    from(endless())
      .pipe(frame({ ms: 2 }), take(1))
      .subscribe();
    expect(taken).toBeLessThanOrEqual(2);
  });

  it('passes frames that are cut already as they are', () => {
    const frames = [pcm(1, 2), pcm(3, 4, { position: 2 })];
    const seen: AudioFrame[] = [];
    from(frames)
      .pipe(frame({ ms: 2 }))
      .pipe(tap((value) => seen.push(value)))
      .subscribe();
    expect(seen[0]).toBe(frames[0]);
    expect(seen[1]).toBe(frames[1]);
  });

  it('views the buffers of its source', () => {
    const chunk = pcm(1, 2, 3, 4);
    const seen: AudioFrame[] = [];
    of(chunk)
      .pipe(frame({ ms: 2 }))
      .pipe(tap((value) => seen.push(value)))
      .subscribe();
    expect(seen.map(({ samples }) => samples.buffer === chunk.samples.buffer)).toEqual([true, true]);
  });

  it(
    'flushes the remainder at a jump, before the new audio',
    marbles(({ cold, expectObservable }) => {
      const source = cold(' a-b---|', { a: pcm(1, 2, 3), b: pcm(7, 8, { position: 6 }) });
      const values = { w: pcm(1, 2), x: pcm(3, 0, { position: 2 }), y: pcm(7, 8, { position: 6 }) };

      expectObservable(source.pipe(frame({ ms: 2 }))).toBe('w-(xy)|', values);
      expectObservable(source.pipe(frame({ ms: 2, tail: 'drop' }))).toBe('w-y---|', values);
    }),
  );

  it(
    'errors when the sample rate changes',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' a-b-|', { a: pcm(1, 2), b: pcm(3, 4, { position: 2, sampleRate: 2000 }) });
      const subs = '        ^-!';
      const message = 'frame: sample rate changed from 1000 to 2000 Hz at sample 2; resample before frame';

      expectObservable(source.pipe(frame({ ms: 2 }))).toBe(
        'a-#',
        { a: pcm(1, 2) },
        new AudioError(message, { code: 'format_mismatch' }),
      );
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('refuses a length that is not positive', () => {
    for (const ms of [0, -20, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => frame({ ms })).toThrow(RangeError);
  });

  it('loses and invents no samples, and leaves no gap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 1, max: 30 }), (lengths, ms) => {
        let position = 0;
        const source = lengths.map((length) => {
          const samples = Int16Array.from({ length }, (_, i) => position + i + 1);
          position += length;
          return { samples, sampleRate: 1000, position: position - length };
        });
        const frames: AudioFrame[] = [];
        from(source)
          .pipe(frame({ ms }))
          .pipe(tap((value) => frames.push(value)))
          .subscribe();

        const padding = (ms - (position % ms)) % ms;
        const all = Array.from({ length: position }, (_, i) => i + 1).concat(new Array(padding).fill(0));
        expect(frames.flatMap(({ samples }) => [...samples])).toEqual(all);
        expect(frames.every(({ samples }) => samples.length === ms)).toBe(true);
        expect(frames.every((value, i) => value.position === (i === 0 ? 0 : endOf(frames[i - 1] ?? value)))).toBe(true);
      }),
    );
  });
});
