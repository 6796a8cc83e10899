import fc from 'fast-check';
import { concat, concatMap, EMPTY, from, lastValueFrom, map, NEVER, Subject, take, tap, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { signal } from '../../marbles/index.js';
import { resample } from '../../operators/resample.js';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { loadResampler, type Resampler } from '../../src/dsp/resampler.js';
import { marbles } from '../marbles.js';

const resampler = await loadResampler();
const to24 = resample({ to: 24_000, resampler });

/** Speech in unbroken frames. */
const speech = (sampleRate: number, lengths: readonly number[], start = 0): AudioFrame[] => {
  let position = start;
  return lengths.map((length) => {
    const frame = { samples: signal('s', { position, length, sampleRate }), sampleRate, position };
    position += length;
    return frame;
  });
};

const collect = (frames: readonly AudioFrame[], operator = to24): AudioFrame[] => {
  const out: AudioFrame[] = [];
  from(frames)
    .pipe(operator)
    .pipe(tap((frame) => out.push(frame)))
    .subscribe();
  return out;
};

/** Counts streams that are open. */
const counting = () => {
  const open = { now: 0, ever: 0 };
  const counted: Resampler = {
    open: (config) => {
      const stream = resampler.open(config);
      open.now++;
      open.ever++;
      return {
        ...stream,
        close: () => {
          open.now--;
          stream.close();
        },
      };
    },
  };
  return { open, resampler: counted };
};

describe('resample', () => {
  it(
    'emits what is ready with each frame, and the rest on completion',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio(' ss|', { sampleRate: 48_000 });
      const subs = '         ^-!';
      const expected = '     ab(c|)';

      const sizes = source.pipe(
        to24,
        map(({ position, samples, sampleRate }) => [position, samples.length, sampleRate]),
      );
      expectObservable(sizes).toBe(expected, { a: [0, 440, 24_000], b: [440, 480, 24_000], c: [920, 40, 24_000] });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes frames of the right rate as they are, and loads nothing for them',
    marbles(({ audio, expectObservable }) => {
      const source = audio('s.n|');
      const none: Resampler = { open: () => expect.fail('opened a stream') };

      // without a loaded resampler: what waits for a promise does not come out in virtual time
      expectObservable(source.pipe(resample({ to: 24_000 }))).toEqual(source);
      expectObservable(source.pipe(resample({ to: 24_000, resampler: none }))).toEqual(source);
      const frames = speech(24_000, [480]);
      expect(collect(frames, resample({ to: 24_000 }))[0]).toBe(frames[0]);
    }),
  );

  it(
    'never emits, completes and errors as its source does',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const [frame] = speech(48_000, [960]);
      const failing = cold('-a-#', { a: frame as AudioFrame });
      const size = map(({ samples }: AudioFrame) => samples.length);

      expectObservable(NEVER.pipe(to24)).toBe('-');
      expectObservable(EMPTY.pipe(to24)).toBe('|');
      expectObservable(failing.pipe(to24, size)).toBe('-x-#', { x: 440 });
      expectSubscriptions(failing.subscriptions).toBe('^--!');
    }),
  );

  it(
    'keeps a filter for each subscription',
    marbles(({ audio, expectObservable }) => {
      const resampled = audio('s.s|', { sampleRate: 16_000 }).pipe(to24);
      expectObservable(resampled).toEqual(resampled);
      expectObservable(resampled.pipe(map(({ position }) => position)), '-^').toBe('-abc(d|)', { a: 0, b: 420, c: 900, d: 1380 });
    }),
  );

  it('stops a synchronous source', () => {
    let taken = 0;
    const endless = function* () {
      for (const frame of speech(48_000, new Array<number>(100).fill(960))) {
        taken++;
        yield frame;
      }
    };
    from(endless()).pipe(to24, take(1)).subscribe();
    expect(taken).toBe(1);
  });

  it('gives the samples from round(a × ratio) to round(b × ratio), however the audio is cut', () => {
    const rates = fc.constantFrom(8000, 11_025, 16_000, 44_100, 48_000);
    const lengths = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rates, lengths, fc.nat({ max: 100_000 }), (rate, sizes, start) => {
        const frames = speech(rate, sizes, start);
        const out = collect(frames);
        const end = start + sizes.reduce((sum, size) => sum + size, 0);
        const scaled = (position: number) => Math.round((position * 24_000) / rate);

        let next = scaled(start);
        for (const frame of out) {
          expect(frame.position).toBe(next);
          expect(frame.sampleRate).toBe(24_000);
          expect(frame.samples.length).toBeGreaterThan(0);
          next = endOf(frame);
        }
        expect(next).toBe(scaled(end));
      }),
      { numRuns: 40 },
    );
  });

  it('gives what the signal is at the new rate', () => {
    const tone = signal('t', { position: 0, length: 9600, sampleRate: 48_000 });
    const out = collect([{ samples: tone, sampleRate: 48_000, position: 0 }]).flatMap(({ samples }) => [...samples]);
    const wanted = signal('t', { position: 0, length: 4800, sampleRate: 24_000 });
    const differences = out.slice(200, -200).map((sample, i) => Math.abs(sample - (wanted[i + 200] ?? 0)));
    expect(out).toHaveLength(4800);
    expect(Math.max(...differences)).toBeLessThan(5);
  });

  it('flushes at a jump and begins anew behind it', () => {
    const before = speech(48_000, [960, 960]);
    const after = speech(48_000, [960], 96_000);
    expect(collect([...before, ...after])).toEqual([...collect(before), ...collect(after)]);
  });

  it('flushes when the rate changes, also to the one that it makes', () => {
    const high = speech(48_000, [960]);
    const low = speech(16_000, [320], 320);
    const same = speech(24_000, [480], 960);
    expect(collect([...high, ...low, ...same])).toEqual([...collect(high), ...collect(low), ...same]);
  });

  it('frees the memory when it completes, errors or is left, and at a jump', () => {
    const { open, resampler: counted } = counting();
    const operator = resample({ to: 24_000, resampler: counted });
    const frames = speech(48_000, [960, 960]);
    const open$ = concat(from(frames), NEVER).pipe(operator);

    from(frames).pipe(operator).subscribe();
    expect(open).toEqual({ now: 0, ever: 1 });
    concat(
      from(frames),
      throwError(() => new Error('device')),
    )
      .pipe(operator)
      .subscribe({ error: () => {} });
    expect(open).toEqual({ now: 0, ever: 2 });
    open$.pipe(take(1)).subscribe();
    expect(open).toEqual({ now: 0, ever: 3 });
    const subscription = concat(from([...frames, ...speech(48_000, [960], 9600)]), NEVER)
      .pipe(operator)
      .subscribe();
    expect(open).toEqual({ now: 1, ever: 5 });
    subscription.unsubscribe();
    expect(open).toEqual({ now: 0, ever: 5 });
  });

  it('loses nothing that arrives while it loads, and keeps the order', async () => {
    const frames = speech(48_000, new Array<number>(20).fill(960));
    const source$ = concat(from(frames.slice(0, 10)), from(Promise.resolve()).pipe(concatMap(() => frames.slice(10))));
    expect(await lastValueFrom(source$.pipe(resample({ to: 24_000 }), toArray()), { defaultValue: [] })).toEqual(collect(frames));
  });

  it('waits for loading with frames of the right rate, too', async () => {
    const frames = [...speech(48_000, [960]), ...speech(24_000, [480], 480), ...speech(48_000, [960], 1920)];
    expect(await lastValueFrom(from(frames).pipe(resample({ to: 24_000 }), toArray()), { defaultValue: [] })).toEqual(
      collect(frames),
    );
  });

  it('emits nothing when it was left while loading', async () => {
    const source = new Subject<AudioFrame>();
    let emitted = 0;
    const subscription = source
      .pipe(resample({ to: 24_000 }))
      .pipe(tap(() => emitted++))
      .subscribe();
    for (const frame of speech(48_000, [960])) source.next(frame);
    subscription.unsubscribe();
    await loadResampler();
    await Promise.resolve();
    expect(emitted).toBe(0);
    expect(source.observed).toBe(false);
  });

  it('refuses rates and qualities that cannot be', () => {
    expect(() => resample({ to: 0 })).toThrow(RangeError);
    expect(() => resample({ to: 24_000, quality: 11 })).toThrow(RangeError);
  });

  it('takes in order what waits while the resampler loads, thousands of frames', async () => {
    const lengths = Array.from({ length: 3000 }, () => 48);
    const frames = speech(48_000, lengths);
    const out = await lastValueFrom(from(frames).pipe(resample({ to: 24_000 }), toArray()));
    expect(out.reduce((sum, { samples }) => sum + samples.length, 0)).toBe(72_000);
    expect(out.slice(1).every(({ position }, i) => position === endOf(out[i] as AudioFrame))).toBe(true);
  });
});
