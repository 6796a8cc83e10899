import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityScore, type ScoredMetrics } from '../../../src/dsp/quality/quality-score.js';

const clean: ScoredMetrics = { snrDb: 40, clipping: 0, echoLikelihood: 0, lossPercent: 0 };
const share = fc.double({ min: 0, max: 1, noNaN: true });
const any: fc.Arbitrary<ScoredMetrics> = fc.record({
  snrDb: fc.option(fc.double({ min: -10, max: 60, noNaN: true }), { nil: undefined }),
  clipping: share,
  echoLikelihood: share,
  lossPercent: fc.double({ min: 0, max: 100, noNaN: true }),
});

describe('qualityScore', () => {
  it.each<[Partial<ScoredMetrics>, number]>([
    [{}, 1],
    [{ snrDb: undefined }, 1],
    [{ snrDb: 12.5 }, 0.5],
    [{ snrDb: -5 }, 0],
    [{ clipping: 0.02 }, 0.5],
    [{ lossPercent: 25.1 }, 0.5],
    [{ echoLikelihood: 1 }, 0.5],
    [{ snrDb: 12.5, lossPercent: 25.1 }, 0.25],
  ])('is what the formula says for %j', (metrics, score) => {
    expect(qualityScore({ ...clean, ...metrics })).toBeCloseTo(score, 9);
  });

  it('is 0 to 1, and never rises when one thing gets worse', () => {
    fc.assert(
      fc.property(any, share, (metrics, by) => {
        const score = qualityScore(metrics);
        expect(score >= 0 && score <= 1).toBe(true);
        const worse: readonly ScoredMetrics[] = [
          { ...metrics, snrDb: (metrics.snrDb ?? 60) - 20 * by },
          { ...metrics, clipping: metrics.clipping + by },
          { ...metrics, lossPercent: metrics.lossPercent + 10 * by },
          { ...metrics, echoLikelihood: metrics.echoLikelihood + (1 - metrics.echoLikelihood) * by },
        ];
        for (const each of worse) expect(qualityScore(each)).toBeLessThanOrEqual(score + 1e-12);
      }),
    );
  });
});
