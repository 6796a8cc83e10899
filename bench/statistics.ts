import { median, quantile, sampleWithReplacement } from 'simple-statistics';

/** A median and the interval that holds the true one with 95 % confidence. */
export interface Estimate {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

const resamples = 2000;

/** Numbers from 0 to 1 that are the same in every run, so that an interval is a function of its data. */
const seededRandom = (): (() => number) => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** The median of the blocks; its interval by the bootstrap, which asks nothing of their distribution. */
export const estimate = (blocks: readonly number[]): Estimate => {
  const random = seededRandom();
  const values = [...blocks];
  const medians = Array.from({ length: resamples }, () => median(sampleWithReplacement(values, values.length, random)));
  const [low = 0, high = 0] = quantile(medians, [0.025, 0.975]);
  return { low, mid: median(values), high };
};

/** Quotients of what was measured side by side: noise that both saw cancels out. */
export const ratios = (blocks: readonly number[], others: readonly number[]): readonly number[] =>
  blocks.map((block, at) => block / (others[at] ?? Number.NaN));

/** The median and the value that 99 % stay below. */
export const percentiles = (values: readonly number[]): { readonly p50: number; readonly p99: number } => {
  const [p50 = 0, p99 = 0] = quantile([...values], [0.5, 0.99]);
  return { p50, p99 };
};
