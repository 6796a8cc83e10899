import type { SampleIndex } from '../../audio.js';
import type { FarLine } from './far-line.js';

/** Treats samples that come in any lengths in blocks of one length, one block later. */
export interface BlockLine {
  /** As many samples as came: those of a block before. New ones, limited to 16 bits. */
  push(samples: Int16Array, far: FarLine): Int16Array;
  /** Goes on at the sample `position`, which stands in the midst of a block as a rule: its first part is silence then; what waited is lost. */
  moveTo(position: SampleIndex): void;
}

/**
 * Makes a line. Nothing is allocated but what it gives.
 *
 * @param treat Told each full block, the index at which it begins, a multiple of `size`, and where to put what comes of it; both arrays are used again.
 */
export const createBlockLine = (
  size: number,
  treat: (block: Float64Array, index: SampleIndex, far: FarLine, out: Float64Array) => void,
): BlockLine => {
  const block = new Float64Array(size);
  const treated = new Float64Array(size);
  let filled = 0;
  let index = 0;

  return {
    push(samples, far) {
      const out = new Int16Array(samples.length);
      for (let i = 0; i < samples.length; i++) {
        block[filled] = samples[i] as number;
        out[i] = Math.max(-32_768, Math.min(32_767, Math.round(treated[filled] as number)));
        filled += 1;
        if (filled < size) continue;
        filled = 0;
        treat(block, index, far, treated);
        index += size;
      }
      return out;
    },
    moveTo(position) {
      // Blocks lie at multiples of their size, also behind a jump: those of the loudspeaker do.
      index = Math.floor(position / size) * size;
      filled = position - index;
      block.fill(0);
      treated.fill(0);
    },
  };
};
