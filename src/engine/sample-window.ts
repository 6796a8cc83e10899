import type { Millis } from '../audio.js';

/** The latest measurements of one thing, oldest first. */
export type SampleWindow = readonly Millis[];

/** How many measurements are remembered. */
export const windowLength = 100;

/** The window with one more measurement. */
export const withSample = (window: SampleWindow, ms: Millis): SampleWindow => [...window.slice(1 - windowLength), ms];

/** What a window says; undefined where nothing was measured. */
export interface Percentiles {
  readonly last: Millis | undefined;
  /** Half of the latest 100 took no longer. */
  readonly p50: Millis | undefined;
  /** 95 of the latest 100 took no longer. */
  readonly p95: Millis | undefined;
}

/** Percentiles by nearest rank: each is one of the measurements. */
export const percentilesOf = (window: SampleWindow): Percentiles => {
  const sorted = [...window].sort((a, b) => a - b);
  return { last: window.at(-1), p50: sorted[rank(sorted, 50)], p95: sorted[rank(sorted, 95)] };
};

// In whole numbers: 0.95 × 20 would be more than 19.
const rank = ({ length }: SampleWindow, percent: number): number => Math.ceil((percent * length) / 100) - 1;
