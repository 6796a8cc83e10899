import load from '@echogarden/speex-resampler-wasm/simd';
import { firstValueFrom, from, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { resample } from '../../operators/resample.js';

/** What the module has besides what `resampler.ts` uses. */
interface FloatResampler {
  readonly HEAPF32: Float32Array;
  _speex_resampler_process_float(
    state: number,
    channel: number,
    input: number,
    length: number,
    output: number,
    room: number,
  ): number;
}
const module = await load();
const wasm = module as typeof module & FloatResampler;

const tone = (hz: number, rate: number, height: number): Float64Array =>
  Float64Array.from({ length: rate }, (_, i) => height * Math.sin((2 * Math.PI * hz * i) / rate));

/** How high a tone stands in a signal, and how far below it is all else, in decibels; the ends, where the tone begins and stops, are left out. */
const toneIn = (signal: ArrayLike<number>, hz: number, rate: number): { readonly height: number; readonly snrDb: number } => {
  const step = (2 * Math.PI * hz) / rate;
  const [first, last] = [Math.floor(signal.length / 10), Math.floor(signal.length * 0.9)];
  let [ss, cc, sc, ys, yc] = [0, 0, 0, 0, 0];
  for (let i = first; i < last; i++) {
    const [s, c, y] = [Math.sin(step * i), Math.cos(step * i), signal[i] ?? 0];
    ss += s * s;
    cc += c * c;
    sc += s * c;
    ys += y * s;
    yc += y * c;
  }
  const a = (ys * cc - yc * sc) / (ss * cc - sc * sc);
  const b = (yc * ss - ys * sc) / (ss * cc - sc * sc);
  let [power, rest] = [0, 0];
  for (let i = first; i < last; i++) {
    const fitted = a * Math.sin(step * i) + b * Math.cos(step * i);
    power += fitted ** 2;
    rest += ((signal[i] ?? 0) - fitted) ** 2;
  }
  return { height: Math.hypot(a, b), snrDb: 10 * Math.log10(power / rest) };
};

/** The filter alone, in floats: 16 bits have a noise of their own, 98 dB below the loudest tone. */
const filtered = (signal: Float64Array, from: number, to: number, quality: number): Float32Array => {
  const state = wasm._speex_resampler_init(1, from, to, quality, 0);
  wasm._speex_resampler_skip_zeros(state);
  const room = to + 10;
  const lengths = wasm._malloc(8 + 4 * (signal.length + room));
  const input = lengths + 8;
  const output = input + 4 * signal.length;
  wasm.HEAPF32.set(signal, input >> 2);
  wasm.HEAPU32.set([signal.length, room], lengths >> 2);
  wasm._speex_resampler_process_float(state, 0, input, lengths, output, lengths + 4);
  const out = wasm.HEAPF32.slice(output >> 2, (output >> 2) + (wasm.HEAPU32[(lengths + 4) >> 2] ?? 0));
  wasm._speex_resampler_destroy(state);
  wasm._free(lengths);
  return out;
};

const resampled = async (signal: Float64Array, from_: number, to: number, quality = 5): Promise<Int16Array> => {
  const samples = Int16Array.from(signal, Math.round);
  const frames = Array.from({ length: 50 }, (_, i) => {
    const size = samples.length / 50;
    return { samples: samples.subarray(i * size, (i + 1) * size), sampleRate: from_, position: i * size };
  });
  const out = await firstValueFrom(from(frames).pipe(resample({ to, quality }), toArray()));
  return Int16Array.from(out.flatMap((frame) => [...frame.samples]));
};

const peak = (signal: Int16Array): number =>
  signal.slice(signal.length / 10, signal.length * 0.9).reduce((most, s) => Math.max(most, Math.abs(s)), 0);

describe('resample', () => {
  it.each([4, 5, 6, 7])('has a filter that adds, from 48 to 16 kHz at quality %i, less than -114 dB', (quality) => {
    for (const hz of [100, 440, 1000, 3000, 5000]) {
      expect(toneIn(filtered(tone(hz, 48_000, 0.5), 48_000, 16_000, quality), hz, 16_000).snrDb).toBeGreaterThan(114);
    }
  });

  it.each([
    [48_000, 16_000],
    [48_000, 24_000],
    [24_000, 48_000],
    [44_100, 16_000],
    [8000, 24_000],
    [24_000, 8000],
  ])('adds to 16 bits, from %i to %i Hz, hardly more than their own noise', async (from, to) => {
    for (const hz of [437, 1003, 2999]) {
      expect(toneIn(await resampled(tone(hz, from, 30_000), from, to), hz, to).snrDb).toBeGreaterThan(88);
    }
  });

  it.each([
    [48_000, 16_000],
    [48_000, 24_000],
    [48_000, 8000],
    [16_000, 24_000],
    [8000, 48_000],
  ])('is flat within 0.1 dB, from %i to %i Hz, up to three quarters of what both can hold', async (from, to) => {
    const top = (0.75 * Math.min(from, to)) / 2;
    for (const hz of [50, 300, top / 2, top]) {
      const { height } = toneIn(await resampled(tone(hz, from, 20_000), from, to), hz, to);
      expect(Math.abs(20 * Math.log10(height / 20_000))).toBeLessThan(0.1);
    }
  });

  it.each([
    [48_000, 16_000, [9000, 10_000, 12_345, 16_000, 20_000]],
    [48_000, 8000, [4600, 5000, 7999, 15_000, 23_000]],
    [44_100, 24_000, [13_500, 15_000, 20_000]],
  ])('lets nothing above, from %i to %i Hz, come back as an alias: 80 dB down', async (from, to, tones) => {
    for (const hz of tones) expect(peak(await resampled(tone(hz, from, 30_000), from, to))).toBeLessThanOrEqual(3);
  });

  it('makes no images of what is below, from 8 to 48 kHz: 80 dB down', async () => {
    const out = await resampled(tone(1000, 8000, 30_000), 8000, 48_000);
    for (const image of [7000, 9000, 15_000, 17_000, 23_000]) expect(toneIn(out, image, 48_000).height).toBeLessThan(3);
  });
});
