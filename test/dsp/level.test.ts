import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/dsp/level.js';

const int16 = fc.integer({ min: -32_768, max: 32_767 });

describe('levelOf', () => {
  it('is the root mean square as a share of full scale', () => {
    const plain = (samples: readonly number[]) =>
      Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) / 32_768;
    fc.assert(
      fc.property(fc.array(int16, { minLength: 1, maxLength: 600 }), (samples) => {
        expect(levelOf(Int16Array.from(samples))).toBeCloseTo(plain(samples), 12);
      }),
    );
  });

  it('is 0 for silence and for nothing', () => {
    expect(levelOf(new Int16Array(480))).toBe(0);
    expect(levelOf(new Int16Array())).toBe(0);
  });

  it('is 1 for the loudest samples there are, without overflow', () => {
    expect(levelOf(new Int16Array(481).fill(-32_768))).toBe(1);
  });

  it('looks at nothing but the view that it is given', () => {
    const samples = Int16Array.of(32_767, 0, 0, 0, 32_767);
    expect(levelOf(samples.subarray(1, 4))).toBe(0);
  });
});
