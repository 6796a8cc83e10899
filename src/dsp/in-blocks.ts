import type { Treatment } from './per-rate.js';
import { rounded } from './rounded.js';

/** A treatment of audio that takes blocks of one length only. */
export interface BlockTreatment {
  /** The memory of the block, always of the same length; asked anew each time, for the memory of WebAssembly moves when it grows. */
  block(): Int16Array | Float32Array;
  /** Treats the block in its place; samples are -32768 to 32767, floating-point ones, too. */
  run(): void;
  /** Gives back the memory. */
  close(): void;
}

/** Lets a treatment of blocks take audio of any length. What it gives comes a block later, whatever the length is. */
export const inBlocks = ({ block: blockOf, run, close }: BlockTreatment): Treatment => {
  let filled = 0;
  blockOf().fill(0);

  return {
    process(samples) {
      const out = new Int16Array(samples.length);
      for (let at = 0; at < samples.length; ) {
        const block = blockOf();
        const end = at + Math.min(block.length - filled, samples.length - at);
        // What was treated leaves the place that what comes takes.
        for (; at < end; at++, filled++) {
          out[at] = rounded(block[filled] as number);
          block[filled] = samples[at] as number;
        }
        if (filled === block.length) {
          run();
          filled = 0;
        }
      }
      return out;
    },
    close,
  };
};
