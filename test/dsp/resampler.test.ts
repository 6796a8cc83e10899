import { describe, expect, it } from 'vitest';
import { loadResampler } from '../../src/dsp/resampler.js';

const resampler = await loadResampler();

const sine = (hz: number, sampleRate: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / sampleRate)));

/** Converts all of it in pieces. */
const convert = (samples: Int16Array, from: number, to: number, piece: number, quality?: number): Int16Array => {
  const stream = resampler.open({ from, to, ...(quality === undefined ? {} : { quality }) });
  const out: number[] = [];
  for (let at = 0; at < samples.length; at += piece) out.push(...stream.process(samples.subarray(at, at + piece)));
  out.push(...stream.flush(Math.round((samples.length * to) / from) - out.length));
  stream.close();
  return Int16Array.from(out);
};

/** Decibels between a signal and what differs from it, ends left out. */
const signalToNoise = (actual: Int16Array, wanted: Int16Array): number => {
  let signal = 0;
  let noise = 0;
  for (let i = 500; i < wanted.length - 500; i++) {
    signal += (wanted[i] ?? 0) ** 2;
    noise += ((actual[i] ?? 0) - (wanted[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
};

describe('loadResampler', () => {
  it.each([
    [48_000, 24_000],
    [24_000, 48_000],
    [16_000, 24_000],
    [24_000, 16_000],
    [44_100, 24_000],
    [8000, 24_000],
    [24_000, 8000],
  ])('converts %i to %i Hz in line with the input, more than 80 dB above what it adds', (from, to) => {
    const out = convert(sine(440, from, from), from, to, Math.round(from / 50));
    expect(out).toHaveLength(to);
    expect(signalToNoise(out, sine(440, to, to))).toBeGreaterThan(80);
  });

  it('takes away what the lower rate cannot hold', () => {
    const out = convert(sine(10_000, 48_000, 48_000), 48_000, 16_000, 960);
    // the ends are steps, which are loud at every frequency
    const loudest = out.slice(500, -500).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeLessThan(20);
  });

  it('gives the same however the audio is cut', () => {
    const samples = sine(440, 44_100, 10_000);
    const whole = convert(samples, 44_100, 24_000, samples.length);
    for (const piece of [1, 7, 882, 961, 4410]) expect(convert(samples, 44_100, 24_000, piece)).toEqual(whole);
  });

  it('is better with a higher quality', () => {
    const noise = (quality: number) =>
      signalToNoise(convert(sine(6000, 16_000, 16_000), 16_000, 24_000, 320, quality), sine(6000, 24_000, 24_000));
    expect(noise(0)).toBeLessThan(noise(5));
  });

  it('holds back no more than its latency', () => {
    const stream = resampler.open({ from: 48_000, to: 24_000 });
    expect(stream.latency).toBe(80);
    expect(stream.process(new Int16Array(960))).toHaveLength(480 - 40);
    expect(stream.process(new Int16Array(960))).toHaveLength(480);
    stream.close();
  });

  it('keeps streams apart', () => {
    const [a, b] = [resampler.open({ from: 16_000, to: 24_000 }), resampler.open({ from: 16_000, to: 24_000 })];
    a.process(sine(440, 16_000, 320));
    expect(b.process(new Int16Array(320)).every((sample) => sample === 0)).toBe(true);
    a.close();
    b.close();
  });

  it('gives arrays that it does not change afterwards', () => {
    const stream = resampler.open({ from: 16_000, to: 24_000 });
    const first = stream.process(sine(440, 16_000, 320));
    const copy = first.slice();
    stream.process(sine(3000, 16_000, 320));
    expect(first).toEqual(copy);
    stream.close();
  });

  it('frees its memory, once', () => {
    const open = () => resampler.open({ from: 48_000, to: 16_000, quality: 10 });
    for (let i = 0; i < 5000; i++) {
      const stream = open();
      stream.close();
      stream.close();
    }
    const [a, b] = [open(), open()];
    expect(a.process(sine(440, 48_000, 4800))).toEqual(b.process(sine(440, 48_000, 4800)));
    a.close();
    b.close();
    expect(() => a.process(new Int16Array(1))).toThrow('after it was closed');
  });

  it('is loaded once', () => {
    expect(loadResampler()).toBe(loadResampler());
  });

  it('refuses rates and qualities that cannot be', () => {
    for (const rate of [0, -1, 24_000.5, Number.NaN]) {
      expect(() => resampler.open({ from: rate, to: 24_000 })).toThrow(RangeError);
      expect(() => resampler.open({ from: 24_000, to: rate })).toThrow(RangeError);
    }
    for (const quality of [-1, 11, 2.5]) expect(() => resampler.open({ from: 16_000, to: 24_000, quality })).toThrow(RangeError);
  });
});
