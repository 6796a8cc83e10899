import type { Hertz } from '../../audio.js';

/** Reads a signal of one rate at the points of another. */
export interface FractionalSampler {
  /** Input samples that a point needs on either side of it. */
  readonly reach: number;
  /** Input sample at or ahead of a point, counted from sample 0 of both. */
  before(point: number): number;
  /**
   * Writes the values of `count` points, -1 to 1.
   *
   * @param input Samples, of which the first is number `first`; they must reach `reach` beyond the points on both sides.
   */
  read(input: Int16Array, first: number, point: number, count: number, output: Float32Array): void;
}

const fullScale = 32_768;

/** Zeros of the sinc on either side, at the lower of the two rates: enough to tell speech, not to listen to. */
const zeros = 8;
/** Kaiser 1974: stop band at -60 dB. */
const beta = 5.65;
/** Share of the lower rate's band that passes: what lies above is folded back at most from beyond it. */
const passes = 0.92;
/** Rates have at most so many different points between two samples; others are rounded to these. 44.1 kHz has 160, 11.025 kHz 640. */
const mostPhases = 640;

const bessel = (x: number): number => {
  let [sum, term] = [1, 1];
  for (let k = 1; k < 20; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
};
const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

const identity: FractionalSampler = {
  reach: 0,
  before: (point) => point,
  read(input, first, point, count, output) {
    for (let i = 0; i < count; i++) output[i] = (input[point - first + i] as number) / fullScale;
  },
};

/**
 * Makes a sampler. It keeps nothing of the signal and no memory that would have to be given back, so that a model may have one for each stream.
 *
 * @param from Rate of the input, Hz.
 * @param to Rate of the points, Hz.
 */
export const fractionalSampler = (from: Hertz, to: Hertz): FractionalSampler => {
  if (from === to) return identity;
  const common = divisor(from, to);
  const [step, parts] = [from / common, to / common];
  const phases = Math.min(parts, mostPhases);
  const band = Math.min(1, to / from) * passes;
  // An even one: the sums are unrolled.
  const reach = 2 * Math.ceil((zeros / 2) * Math.max(1, from / to));
  const taps = 2 * reach;

  // One more than there are phases, for a point that is rounded up to the next sample.
  const table = new Float32Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase++) {
    const row = table.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - reach + 1 - phase / phases;
      const inside = 1 - (distance / reach) ** 2;
      row[tap] = inside < 0 ? 0 : sinc(distance * band) * bessel(beta * Math.sqrt(inside));
    }
    const gain = row.reduce((sum, value) => sum + value, 0) * fullScale;
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] as number) / gain;
  }

  return {
    reach,
    before: (point) => Math.floor((point * step) / parts),
    read(input, first, point, count, output) {
      for (let i = 0; i < count; i++) {
        const at = (point + i) * step;
        const whole = Math.floor(at / parts);
        let tap = Math.round(((at - whole * parts) / parts) * phases) * taps;
        let sum = 0;
        for (let n = whole - reach + 1 - first, end = n + taps; n < end; n += 4, tap += 4) {
          sum +=
            (input[n] as number) * (table[tap] as number) +
            (input[n + 1] as number) * (table[tap + 1] as number) +
            (input[n + 2] as number) * (table[tap + 2] as number) +
            (input[n + 3] as number) * (table[tap + 3] as number);
        }
        output[i] = sum;
      }
    },
  };
};
