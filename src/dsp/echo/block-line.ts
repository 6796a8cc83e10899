/** Treats samples that come in any lengths in blocks of one length, one block later. */
export interface BlockLine {
  /** As many samples as came: those of a block before. New ones, limited to 16 bits. */
  push(samples: Int16Array): Int16Array;
  /** Begins anew at the sample `at` of a block, whose first part is silence then; what waited is lost. */
  reset(at: number): void;
}

/**
 * Makes a line. Nothing is allocated but what it gives.
 *
 * @param treat Told each full block, and where to put what comes of it; both arrays are used again.
 */
export const createBlockLine = (size: number, treat: (block: Float64Array, out: Float64Array) => void): BlockLine => {
  const block = new Float64Array(size);
  const treated = new Float64Array(size);
  let filled = 0;

  return {
    push(samples) {
      const out = new Int16Array(samples.length);
      for (let i = 0; i < samples.length; i++) {
        block[filled] = samples[i] as number;
        out[i] = Math.max(-32_768, Math.min(32_767, Math.round(treated[filled] as number)));
        filled += 1;
        if (filled < size) continue;
        filled = 0;
        treat(block, treated);
      }
      return out;
    },
    reset(at) {
      filled = at;
      block.fill(0);
      treated.fill(0);
    },
  };
};
