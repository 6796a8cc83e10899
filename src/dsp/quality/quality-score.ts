import type { QualityMetrics } from '../quality-metrics.js';

/** What the score is made of. */
export type ScoredMetrics = Pick<QualityMetrics, 'snrDb' | 'clipping' | 'echoLikelihood' | 'lossPercent'>;

/** 1 from 30 dB on, 0 at -5 dB, where words are lost. */
const noiseFactor = (snrDb: number | undefined): number => (snrDb === undefined ? 1 : Math.min(1, Math.max(0, (snrDb + 5) / 35)));

/** Of samples that are clipped: half of the quality is gone when it is so many. */
const halfClipped = 0.02;

/** Robustness of G.711 with concealment against random loss, in percent (ITU-T G.113, Appendix I: Bpl = 25.1). */
const lossRobustness = 25.1;

/**
 * One figure for how well a voice comes in, 0 to 1: the product of a factor each for noise, clipping, loss and echo.
 *
 * - noise: `(snrDb + 5) / 35`, 0 to 1; 1 while no speech was heard
 * - clipping: `1 / (1 + clipping / 0.02)`
 * - loss: `25.1 / (25.1 + lossPercent)`, the form of the E-model (ITU-T G.107) for random loss
 * - echo: `1 - echoLikelihood / 2`
 *
 * Falls, or stays, when one of these gets worse. It is no MOS: nobody was asked.
 */
export const qualityScore = ({ snrDb, clipping, echoLikelihood, lossPercent }: ScoredMetrics): number =>
  noiseFactor(snrDb) *
  (halfClipped / (halfClipped + clipping)) *
  (lossRobustness / (lossRobustness + lossPercent)) *
  (1 - echoLikelihood / 2);
