import { lastValueFrom, map, of, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { signal } from '../../../marbles/index.js';
import { concealLoss } from '../../../operators/audio/concealLoss.js';
import type { AudioFrame } from '../../../src/audio.js';
import { levelOf } from '../../../src/dsp/level.js';
import { lossConcealer } from '../../../src/dsp/network/loss-concealer.js';
import { pitchHistory, pitchPeriod } from '../../../src/dsp/network/pitch.js';
import { marbles } from '../../marbles.js';

const rates = [8000, 16_000, 24_000, 48_000];
const voice = (position: number, length: number, sampleRate: number): Int16Array => signal('s', { position, length, sampleRate });
const largestStep = (samples: Int16Array): number =>
  samples.reduce((most, x, at) => Math.max(most, at === 0 ? 0 : Math.abs(x - (samples[at - 1] ?? 0))), 0);
const frame = (position: number, length = 480): AudioFrame => ({
  samples: voice(position, length, 24_000),
  sampleRate: 24_000,
  position,
});

describe('pitchPeriod', () => {
  it.each(rates)('finds a voice of 150 Hz at %d Hz', (sampleRate) => {
    const period = pitchPeriod(voice(0, pitchHistory(sampleRate), sampleRate), sampleRate);
    // Its multiples are as good.
    const periods = (period * 150) / sampleRate;
    expect(Math.abs(periods - Math.round(periods))).toBeLessThan(0.03);
  });
});

describe('lossConcealer', () => {
  it.each(rates)('goes on as the voice did, at %d Hz: the first 10 ms are its true continuation within 14 dB', (sampleRate) => {
    const concealer = lossConcealer(sampleRate);
    const heard = sampleRate / 10;
    concealer.heard(voice(0, heard, sampleRate));
    const filled = concealer.lost(sampleRate / 100);
    const truth = voice(heard, sampleRate / 100, sampleRate);
    const difference = filled.map((x, at) => x - (truth[at] ?? 0));
    expect(levelOf(difference)).toBeLessThan(levelOf(truth) / 5);
  });

  it('makes no larger steps than the voice has, at the beginning, within and at the end of a hole', () => {
    const concealer = lossConcealer(24_000);
    const parts = [
      concealer.heard(voice(0, 2401, 24_000)),
      concealer.lost(480),
      concealer.lost(313),
      concealer.heard(voice(3300, 960, 24_000)),
    ];
    const all = Int16Array.of(...parts.flatMap((part) => [...part]));
    expect(largestStep(all)).toBeLessThan(1.5 * largestStep(voice(0, 4800, 24_000)));
  });

  it('fades within 60 ms to noise as loud as the background, which is none before three seconds were heard', () => {
    const short = lossConcealer(8000);
    short.heard(voice(0, 4000, 8000));
    const faded = short.lost(1600);
    expect(levelOf(faded.subarray(0, 160))).toBeGreaterThan(0.05);
    expect(levelOf(faded.subarray(480))).toBe(0);

    const long = lossConcealer(8000);
    for (let at = 0; at < 200; at++)
      long.heard(signal(at % 50 < 40 ? 'n' : 's', { position: at * 160, length: 160, sampleRate: 8000 }));
    expect(levelOf(long.lost(1600).subarray(800))).toBeCloseTo(0.01, 2);
  });

  it('gives back what came as it is where nothing is missing, and takes silence, extremes and nothing', () => {
    const concealer = lossConcealer(8000);
    const samples = voice(0, 100, 8000);
    expect(concealer.heard(samples)).toBe(samples);
    concealer.reset();
    expect(concealer.lost(80)).toEqual(new Int16Array(80));
    concealer.heard(new Int16Array(400).fill(-32_768));
    expect(concealer.lost(40)[39]).toBe(-32_768);
    expect(concealer.lost(0).length).toBe(0);
    expect(concealer.heard(new Int16Array(0)).length).toBe(0);
  });
});

describe('concealLoss', () => {
  it(
    'fills a hole ahead of the frame that comes after it, and leaves all else as it is',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('ab-c---|', { a: frame(0), b: frame(480), c: frame(1440) });
      const subs = '       ^------!';
      const out = source.pipe(
        concealLoss(),
        map(({ position }) => position),
      );
      // The group of two takes four frames of a diagram.
      expectObservable(out).toBe('ab-(hc)|', { a: 0, b: 480, h: 960, c: 1440 });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('gives unbroken audio where holes are short, and leaves long ones, jumps back and other rates', async () => {
    const other = { samples: new Int16Array(160), sampleRate: 8000, position: 0 };
    const frames = [frame(0), frame(960), frame(10_000), frame(480), other, { ...other, position: 320 }];
    const out = await lastValueFrom(of(...frames).pipe(concealLoss(), toArray()));
    expect(out.map(({ position, samples, sampleRate }) => [position, samples.length, sampleRate])).toEqual([
      [0, 480, 24_000],
      [480, 480, 24_000],
      [960, 480, 24_000],
      [10_000, 480, 24_000],
      [480, 480, 24_000],
      [0, 160, 8000],
      [160, 160, 8000],
      [320, 160, 8000],
    ]);
    expect(out[0]).toBe(frames[0]);
    expect(out[3]).toBe(frames[2]);
  });

  it('errors with its source, and refuses a hole of no length', async () => {
    await expect(lastValueFrom(throwError(() => new Error('gone')).pipe(concealLoss()))).rejects.toThrow('gone');
    expect(() => concealLoss({ mostMs: 0 })).toThrow(new RangeError('concealLoss: mostMs must be above 0, got 0'));
  });
});
