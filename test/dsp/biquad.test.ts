import { describe, expect, it } from 'vitest';
import { type Biquad, highPass, highShelf, runBiquad } from '../../src/dsp/biquad.js';

const rate = 24_000;

/** The filter's gain at a frequency in decibels, by its transfer function at `z = e^(iw)`. */
const formula = ({ b0, b1, b2, a1, a2 }: Biquad, hz: number): number => {
  const w = (2 * Math.PI * hz) / rate;
  const power = (c0: number, c1: number, c2: number) =>
    (c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w)) ** 2 + (c1 * Math.sin(w) + c2 * Math.sin(2 * w)) ** 2;
  return 10 * Math.log10(power(b0, b1, b2) / power(1, a1, a2));
};

/** What comes out of a tone, in decibels, when the filter has settled. */
const measured = (filter: Biquad, hz: number): number => {
  const tone = Float64Array.from({ length: rate }, (_, at) => Math.sin((2 * Math.PI * hz * at) / rate));
  runBiquad(filter)(tone, tone.length);
  const settled = tone.subarray(rate / 2);
  return 10 * Math.log10((2 * settled.reduce((sum, value) => sum + value * value, 0)) / settled.length);
};

const filters = { 'a high-pass of 80 Hz': highPass(80, rate), 'a high shelf of 4 dB at 3 kHz': highShelf(3000, 4, rate) };

describe.each(Object.entries(filters))('%s', (_, filter) => {
  it.each([20, 40, 80, 160, 1000, 3000, 6000, 11_000])('has the response of its formula at %i Hz', (hz) => {
    expect(measured(filter, hz)).toBeCloseTo(formula(filter, hz), 2);
  });
});

describe('biquad', () => {
  it('is 3 dB down at the frequency of a high-pass, 12 dB an octave below, and 0 far above', () => {
    const at = (hz: number) => formula(filters['a high-pass of 80 Hz'], hz);
    expect(at(80)).toBeCloseTo(-3.01, 1);
    expect(at(20) - at(10)).toBeCloseTo(12, 0);
    expect(at(2000)).toBeCloseTo(0, 3);
  });

  it('reaches half of its gain at the frequency of a shelf, all of it far above, none far below', () => {
    const at = (hz: number) => formula(filters['a high shelf of 4 dB at 3 kHz'], hz);
    expect([at(50), at(3000), at(11_900)].map((db) => Math.round(db * 100) / 100)).toEqual([0, 2, 4]);
  });

  it('falls silent after sound, instead of growing slow on numbers that are hardly any', () => {
    const run = runBiquad(highPass(80, rate));
    run(Float64Array.of(1), 1);
    const values = new Float64Array(rate);
    for (let second = 0; second < 5; second++) run(values.fill(0), rate);
    expect(values.every((value) => value === 0)).toBe(true);
  });
});
