import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkRate, chunksPerSecond, initialChunkRate } from '../../src/engine/chunk-rate.js';

const rateOf = (times: readonly number[]) => times.reduce(chunkRate, initialChunkRate);
const every = (ms: number, count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i * ms);

describe('chunkRate', () => {
  it('is 0 before the first chunk', () => {
    expect(chunksPerSecond(initialChunkRate, 5000)).toBe(0);
  });

  it('falls to 0 within two seconds after the last chunk', () => {
    const rate = rateOf(every(20, 100));
    expect(chunksPerSecond(rate, 2500)).toBe(25);
    expect(chunksPerSecond(rate, 3000)).toBe(0);
    expect(chunksPerSecond(rate, 60_000)).toBe(0);
  });

  it('begins anew after a pause', () => {
    expect(chunksPerSecond(rateOf([...every(20, 100), ...every(100, 20, 10_000)]), 11_950)).toBe(10.5);
  });

  it('is that of even chunks from the second one on, give or take one chunk', () => {
    fc.assert(
      fc.property(fc.constantFrom(10, 20, 50, 100), fc.integer({ min: 2, max: 400 }), fc.nat(100_000), (ms, count, from) => {
        const times = every(ms, count, from);
        const rate = chunksPerSecond(rateOf(times), times.at(-1) ?? 0);
        expect(Math.abs(rate - 1000 / ms)).toBeLessThanOrEqual(1.0001);
      }),
    );
  });
});
