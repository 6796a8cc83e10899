import type { Hertz } from '../audio.js';

/**
 * A filter of the second order, its first denominator coefficient made 1: `y[n] = b0·x[n] + b1·x[n-1] + b2·x[n-2] - a1·y[n-1] - a2·y[n-2]`.
 *
 * @see {@link https://www.w3.org/TR/audio-eq-cookbook/ | R. Bristow-Johnson, Audio EQ Cookbook}, for the formulas.
 */
export interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

const biquad = (b0: number, b1: number, b2: number, a0: number, a1: number, a2: number): Biquad => ({
  b0: b0 / a0,
  b1: b1 / a0,
  b2: b2 / a0,
  a1: a1 / a0,
  a2: a2 / a0,
});

/** Lets through what lies above a frequency, falling by 12 dB an octave below; -3 dB at the frequency itself (Butterworth). */
export const highPass = (hz: Hertz, sampleRate: Hertz): Biquad => {
  const w = (2 * Math.PI * hz) / sampleRate;
  const cos = Math.cos(w);
  const alpha = Math.sin(w) / Math.SQRT2;
  return biquad((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
};

/** Raises, or lowers, what lies above a frequency by so many decibels, half of them at the frequency itself; as steep as can be without a bump. */
export const highShelf = (hz: Hertz, db: number, sampleRate: Hertz): Biquad => {
  const a = 10 ** (db / 40);
  const w = (2 * Math.PI * hz) / sampleRate;
  const cos = Math.cos(w);
  const slope = Math.SQRT2 * Math.sin(w) * Math.sqrt(a);
  return biquad(
    a * (a + 1 + (a - 1) * cos + slope),
    -2 * a * (a - 1 + (a + 1) * cos),
    a * (a + 1 + (a - 1) * cos - slope),
    a + 1 - (a - 1) * cos + slope,
    2 * (a - 1 - (a + 1) * cos),
    a + 1 - (a - 1) * cos - slope,
  );
};

/** Filters samples in their place, as many as `count`, as the next of one signal. */
export type RunFilter = (samples: Float64Array, count: number) => void;

/** Below this no 16-bit sample comes of it, and far below arithmetic becomes slow. */
const nothing = 1e-12;

/** A running filter, in the form that rounds least (transposed direct form II). */
export const runBiquad = ({ b0, b1, b2, a1, a2 }: Biquad): RunFilter => {
  let z1 = 0;
  let z2 = 0;
  return (samples, count) => {
    let first = z1;
    let second = z2;
    for (let at = 0; at < count; at++) {
      const x = samples[at] as number;
      const y = b0 * x + first;
      first = b1 * x - a1 * y + second;
      second = b2 * x - a2 * y;
      samples[at] = y;
    }
    z1 = Math.abs(first) < nothing ? 0 : first;
    z2 = Math.abs(second) < nothing ? 0 : second;
  };
};
