import { blockMs } from './level-blocks.js';

/** An echo comes within half a second: the buffers of loudspeaker and microphone, and the room. */
const lags = 500 / blockMs;
/** Less than a second of the other side says nothing. */
const enoughFar = 1000 / blockMs;
/** -60 dB: below it the other side is silent. */
const audible = 1e-6;
/** Speech that has nothing to do with the other side came to 0.31, noise to 0.37; an echo as loud as the noise over it to 0.62, a clean one to 0.91. */
const unlikely = 0.37;
const certain = 0.7;

/**
 * How likely one side is heard in the other, 0 to 1: the best correlation of their levels, where the one comes up to half a second after the other.
 *
 * @param near Root mean squares of blocks of 20 ms, in order.
 * @param far Of the other side, at the same times.
 */
export const echoLikelihood = (near: Float64Array, far: Float64Array): number => {
  let sounding = 0;
  for (const level of far) if (level * level > audible) sounding++;
  if (sounding < enoughFar) return 0;
  let best = 0;
  for (let lag = 0; lag <= lags; lag++) best = Math.max(best, correlationAt(near, far, lag));
  return Math.min(1, Math.max(0, (best - unlikely) / (certain - unlikely)));
};

const correlationAt = (near: Float64Array, far: Float64Array, lag: number): number => {
  const count = near.length - lag;
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let at = 0; at < count; at++) {
    const a = near[at + lag] as number;
    const b = far[at] as number;
    sumA += a;
    sumB += b;
    squaresA += a * a;
    squaresB += b * b;
    products += a * b;
  }
  const spread = (squaresA - (sumA * sumA) / count) * (squaresB - (sumB * sumB) / count);
  // of rounding, where one side is as loud all the time
  return spread > 1e-18 ? (products - (sumA * sumB) / count) / Math.sqrt(spread) : 0;
};
