import FFT from 'fft.js';

/** The discrete Fourier transform of real signals of one length. */
export interface RealFft {
  /** Length of the signal, in samples. */
  readonly size: number;
  /** Signal to spectrum: real and imaginary parts of bins 0 to size / 2 in turns, `size + 2` numbers. */
  forward(signal: Float64Array, spectrum: Float64Array): void;
  /** Spectrum to signal, scaled so that it undoes `forward`. */
  inverse(spectrum: Float64Array, signal: Float64Array): void;
}

/**
 * Makes a transform. A real signal is read as a complex one of half the length, which takes half the time of a complex transform in either direction;
 * nothing is allocated later.
 *
 * @param size A power of two, 4 at least.
 */
export const createRealFft = (size: number): RealFft => {
  const half = size / 2;
  const fft = new FFT(half);
  const cosines = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sines = Float64Array.from({ length: half + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  const packed = new Float64Array(size);
  const at = (from: Float64Array, index: number): number => from[index] as number;

  return {
    size,
    forward(signal, spectrum) {
      fft.transform(packed, signal);
      for (let k = 0; k <= half; k++) {
        const a = k === half ? 0 : 2 * k;
        const b = k === 0 ? 0 : 2 * (half - k);
        const evenRe = 0.5 * (at(packed, a) + at(packed, b));
        const evenIm = 0.5 * (at(packed, a + 1) - at(packed, b + 1));
        const oddRe = 0.5 * (at(packed, a + 1) + at(packed, b + 1));
        const oddIm = 0.5 * (at(packed, b) - at(packed, a));
        const cos = at(cosines, k);
        const sin = at(sines, k);
        spectrum[2 * k] = evenRe + oddRe * cos + oddIm * sin;
        spectrum[2 * k + 1] = evenIm + oddIm * cos - oddRe * sin;
      }
    },
    inverse(spectrum, signal) {
      for (let k = 0; k < half; k++) {
        const a = 2 * k;
        const b = 2 * (half - k);
        const evenRe = 0.5 * (at(spectrum, a) + at(spectrum, b));
        const evenIm = 0.5 * (at(spectrum, a + 1) - at(spectrum, b + 1));
        const differenceRe = 0.5 * (at(spectrum, a) - at(spectrum, b));
        const differenceIm = 0.5 * (at(spectrum, a + 1) + at(spectrum, b + 1));
        const cos = at(cosines, k);
        const sin = at(sines, k);
        const oddRe = differenceRe * cos - differenceIm * sin;
        const oddIm = differenceRe * sin + differenceIm * cos;
        packed[a] = evenRe - oddIm;
        packed[a + 1] = evenIm + oddRe;
      }
      fft.inverseTransform(signal, packed);
    },
  };
};
