import { type Hertz, type Millis, samplesIn } from '../../audio.js';
import { sumOfSquares } from '../sum-of-squares.js';

/** Length of a block. */
export const blockMs: Millis = 20;

/**
 * Cuts audio of any chunk length into blocks of 20 ms, and measures each.
 *
 * A change of rate begins the block anew. Nothing is allocated where a chunk is a block.
 *
 * @param onBlock Is told the mean square of each block, full scale being 1.
 * @returns To be told the samples, in order, and their rate.
 */
export const levelBlocks = (onBlock: (power: number) => void): ((samples: Int16Array, sampleRate: Hertz) => void) => {
  let rate = 0;
  let size = 0;
  let sum = 0;
  let count = 0;

  return (samples, sampleRate) => {
    if (sampleRate !== rate) {
      rate = sampleRate;
      size = Math.max(1, samplesIn(blockMs, sampleRate));
      sum = 0;
      count = 0;
    }
    for (let at = 0; at < samples.length; ) {
      const taken = Math.min(size - count, samples.length - at);
      sum += sumOfSquares(taken === samples.length ? samples : samples.subarray(at, at + taken));
      count += taken;
      at += taken;
      if (count < size) return;
      onBlock(sum / (size * 2 ** 30));
      sum = 0;
      count = 0;
    }
  };
};
