import { describe, expect, it } from 'vitest';
import { createFarSpectra } from '../../../src/dsp/echo/far-spectra.js';
import { createSampleHistory } from '../../../src/dsp/echo/sample-history.js';

const blockSize = 4;
const open = () => {
  const history = createSampleHistory(64);
  return { history, spectra: createFarSpectra(history, blockSize, 3) };
};
/** The sum of the samples that a spectrum is of. */
const sums = (spectra: readonly Float64Array[]): readonly number[] => spectra.map((spectrum) => spectrum[0] ?? 0);

describe('createFarSpectra', () => {
  it('gives spectra over two blocks each, the newest first', () => {
    const { history, spectra } = open();
    history.write(0, Int16Array.from([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]));
    expect(sums(spectra.upTo(2))).toEqual([20, 12, 4]);
    expect(spectra.isOutdated()).toBe(false);
  });

  it('takes for silence what has not come yet, says when it has, and asks for it again', () => {
    const { history, spectra } = open();
    history.write(0, Int16Array.from([1, 1, 1, 1, 2, 2]));
    expect(sums(spectra.upTo(1))).toEqual([8, 4, 0]);
    expect(spectra.isOutdated()).toBe(false);
    history.write(6, Int16Array.from([2, 2]));
    expect(spectra.isOutdated()).toBe(true);
    expect(sums(spectra.upTo(1))).toEqual([12, 4, 0]);
  });

  it('is not outdated by what comes behind what was asked for', () => {
    const { history, spectra } = open();
    history.write(0, new Int16Array(8));
    spectra.upTo(1);
    history.write(8, Int16Array.from([5]));
    expect(spectra.isOutdated()).toBe(false);
  });

  it('says whether all of it is silence', () => {
    const { history, spectra } = open();
    history.write(0, new Int16Array(12));
    spectra.upTo(2);
    expect(spectra.isSilent()).toBe(true);
    history.write(12, Int16Array.from([7]));
    spectra.upTo(3);
    expect(spectra.isSilent()).toBe(false);
  });
});
