import { createRealFft } from './real-fft.js';
import type { SampleHistory } from './sample-history.js';

/** The spectra of the last blocks of a signal, each over two blocks and made once. */
export interface FarSpectra {
  /** Those of block `newest` and before it, newest first; the array is used again. */
  upTo(newest: number): readonly Float64Array[];
  /** Whether all that was asked for last is silence. */
  isSilent(): boolean;
  /** Whether more of what was asked for last has come since. */
  isOutdated(): boolean;
}

/** Makes the spectra of `count` blocks of `history`. */
export const createFarSpectra = (history: SampleHistory, blockSize: number, count: number): FarSpectra => {
  const fft = createRealFft(2 * blockSize);
  const ring = Array.from({ length: count }, () => ({
    block: Number.NaN,
    known: 0,
    isSilent: true,
    spectrum: new Float64Array(2 * blockSize + 2),
  }));
  const asked = ring.map(({ spectrum }) => spectrum);
  const pair = new Float64Array(2 * blockSize);
  let silent = true;
  let last = Number.NaN;

  /** Up to where the samples of a block are known. */
  const knownOf = (block: number): number => Math.min(history.end(), (block + 1) * blockSize);

  return {
    upTo(newest) {
      silent = true;
      last = newest;
      for (let i = 0; i < count; i++) {
        const block = newest - i;
        const slot = ring[((block % count) + count) % count] as (typeof ring)[number];
        const known = knownOf(block);
        if (slot.block !== block || slot.known !== known) {
          slot.block = block;
          slot.known = known;
          history.read((block - 1) * blockSize, pair);
          slot.isSilent = pair.every((sample) => sample === 0);
          fft.forward(pair, slot.spectrum);
        }
        if (!slot.isSilent) silent = false;
        asked[i] = slot.spectrum;
      }
      return asked;
    },
    isSilent: () => silent,
    isOutdated: () => ring[((last % count) + count) % count]?.known !== knownOf(last),
  };
};
