import { sumOfSquares } from './sum-of-squares.js';

/**
 * How loud samples are: their root mean square as a share of full scale, 0 to 1.
 *
 * @returns 0 when there are no samples.
 */
export function levelOf(samples: Int16Array): number {
  const count = samples.length;
  return count === 0 ? 0 : Math.sqrt(sumOfSquares(samples) / count) / 32_768;
}
