import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SumOfSquares, withIntegers, withVectors } from '../../src/dsp/sum-of-squares.js';

const int16 = fc.oneof(fc.integer({ min: -32_768, max: 32_767 }), fc.constant(-32_768));
const plain: SumOfSquares = (samples) => samples.reduce((sum, sample) => sum + sample * sample, 0);

const vectors = withVectors();

describe('sumOfSquares', () => {
  it('has vectors in this runtime', () => {
    expect(vectors).toBeDefined();
  });

  it.each([
    ['integers', withIntegers],
    ['vectors', vectors ?? (() => Number.NaN)],
  ])('is exact with %s, for any length and whatever was added up before', (_, sum) => {
    fc.assert(
      fc.property(fc.array(fc.array(int16, { maxLength: 200 }), { maxLength: 3 }), (all) => {
        for (const samples of all.map((each) => Int16Array.from(each))) expect(sum(samples)).toBe(plain(samples));
      }),
    );
  });

  it.each([32_767, 32_768, 32_769, 100_000])('is exact for the %i loudest samples there are', (length) => {
    const samples = new Int16Array(length).fill(-32_768);
    expect(withIntegers(samples)).toBe(length * 2 ** 30);
    expect(vectors?.(samples)).toBe(length * 2 ** 30);
  });

  it('does without vectors where the runtime forbids them', () => {
    const { WebAssembly } = globalThis as { WebAssembly?: unknown };
    try {
      Reflect.deleteProperty(globalThis, 'WebAssembly');
      expect(withVectors()).toBeUndefined();
    } finally {
      Object.assign(globalThis, { WebAssembly });
    }
  });
});
