import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs } from '../../src/providers/back-off.js';

const most = () => 1;
const half = () => 0.5;

describe('backOffMs', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [7, 6400],
    [8, 10_000],
    [5000, 10_000],
  ])('waits at most this long after attempt %i: %i ms', (attempt, ms) => {
    expect(backOffMs(attempt, most)).toBe(ms);
    expect(backOffMs(attempt, half)).toBe(ms / 2);
  });

  it('leaves all of the wait to chance', () => {
    expect(backOffMs(5, () => 0)).toBe(0);
  });

  it('adds chance on top of what the service asks for', () => {
    expect(backOffMs(3, half, 2000)).toBe(2200);
  });

  it('takes what is no wait for none', () => {
    expect([-1000, Number.NaN].map((asked) => backOffMs(3, half, asked))).toEqual([200, 200]);
  });

  it('does not wait at all for another provider', () => {
    expect(backOffMs(8, most, 0)).toBe(0);
  });

  it('stays between what was asked for and 10 s more', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), chance, fc.nat(100_000), (attempt, random, asked) => {
        const wait = backOffMs(attempt, () => random, asked);
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThanOrEqual(asked + 10_000);
      }),
    );
  });
});
