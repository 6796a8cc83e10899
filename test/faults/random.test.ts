import { describe, expect, it } from 'vitest';
import { randomFrom, seedOf } from '../../src/faults/random.js';

describe('random numbers', () => {
  it('lie from 0 to 1 and are spread evenly', () => {
    const random = randomFrom(42);
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const at = Math.floor(random() * 10);
      tenths[at] = (tenths[at] ?? 0) + 1;
    }
    // 1000 ± 5 standard deviations
    for (const number of tenths) expect(Math.abs(number - 1000)).toBeLessThan(150);
  });

  it('are the same for the same seed', () => {
    const [one, two] = [randomFrom(seedOf(1, 2)), randomFrom(seedOf(1, 2))];
    expect([one(), one(), one()]).toEqual([two(), two(), two()]);
  });

  it('have other seeds for neighbours', () => {
    const seeds = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => seedOf(7, a, b)));
    expect(new Set(seeds).size).toBe(16);
    expect(new Set(seeds.map((seed) => randomFrom(seed)())).size).toBe(16);
  });
});
