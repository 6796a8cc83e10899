import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRealFft } from '../../../src/dsp/echo/real-fft.js';

const signals = fc
  .integer({ min: 2, max: 9 })
  .chain((power) =>
    fc.array(fc.double({ min: -32_768, max: 32_767, noNaN: true }), { minLength: 2 ** power, maxLength: 2 ** power }),
  );

describe('createRealFft', () => {
  it('undoes what it did', () => {
    fc.assert(
      fc.property(signals, (values) => {
        const fft = createRealFft(values.length);
        const spectrum = new Float64Array(values.length + 2);
        const back = new Float64Array(values.length);
        fft.forward(Float64Array.from(values), spectrum);
        fft.inverse(spectrum, back);
        for (const [i, value] of values.entries()) expect(back[i]).toBeCloseTo(value, 6);
      }),
      { numRuns: 50 },
    );
  });

  it.each([4, 8, 64, 128])('is the Fourier transform, of %i samples', (size) => {
    const signal = Float64Array.from({ length: size }, (_, i) => Math.sin(1.7 * i) + 0.3 * i);
    const spectrum = new Float64Array(size + 2);
    createRealFft(size).forward(signal, spectrum);
    for (let k = 0; k <= size / 2; k++) {
      const re = signal.reduce((sum, value, i) => sum + value * Math.cos((2 * Math.PI * k * i) / size), 0);
      const im = signal.reduce((sum, value, i) => sum - value * Math.sin((2 * Math.PI * k * i) / size), 0);
      expect(spectrum[2 * k]).toBeCloseTo(re, 8);
      expect(spectrum[2 * k + 1]).toBeCloseTo(im, 8);
    }
  });
});
