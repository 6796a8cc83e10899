import fc from 'fast-check';
import { quantileSorted } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { percentilesOf, type SampleWindow, windowLength, withSample } from '../../src/engine/sample-window.js';

const windowOf = (samples: readonly number[]): SampleWindow => samples.reduce(withSample, [] as SampleWindow);

describe('sample window', () => {
  it('says nothing before anything was measured', () => {
    expect(percentilesOf([])).toEqual({ last: undefined, p50: undefined, p95: undefined });
  });

  it('takes percentiles by nearest rank', () => {
    const twenty = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(percentilesOf(windowOf(twenty))).toEqual({ last: 20, p50: 10, p95: 19 });
    expect(percentilesOf(windowOf([7]))).toEqual({ last: 7, p50: 7, p95: 7 });
    expect(percentilesOf(windowOf([3, 1, 2]))).toEqual({ last: 2, p50: 2, p95: 3 });
  });

  it('holds the latest 100, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 300 }), (samples) => {
        expect(windowOf(samples)).toEqual(samples.slice(-windowLength));
      }),
    );
  });

  it('agrees with a library of statistics, which finds a value between two that were measured', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: windowLength }), (samples) => {
        const sorted = [...samples].sort((a, b) => a - b);
        const { p50 = Number.NaN, p95 = Number.NaN } = percentilesOf(windowOf(samples));
        for (const [ours, percent] of [
          [p50, 50],
          [p95, 95],
        ] as const) {
          const theirs = quantileSorted(sorted, percent / 100);
          const [below = ours, above = ours] = [sorted.findLast((ms) => ms < ours), sorted.find((ms) => ms > ours)];
          expect(theirs).toBeGreaterThanOrEqual(below);
          expect(theirs).toBeLessThanOrEqual(above);
        }
      }),
    );
  });

  it('finds what so many of the samples do not exceed, and no less of them would do', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: windowLength }), (samples) => {
        const { p95 = Number.NaN } = percentilesOf(windowOf(samples));
        expect(samples.filter((ms) => ms <= p95).length * 100).toBeGreaterThanOrEqual(samples.length * 95);
        expect(samples.filter((ms) => ms < p95).length * 100).toBeLessThan(samples.length * 95);
      }),
    );
  });
});
