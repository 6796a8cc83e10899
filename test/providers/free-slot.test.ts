import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apartMs, freeSlot, type Slot } from '../../src/providers/free-slot.js';

const [me, other] = [{}, {}];
const taken = (...times: readonly number[]): readonly Slot[] => times.map((at) => ({ owner: other, at }));

describe('freeSlot', () => {
  it.each([
    ['is what is wanted where nothing is taken', [], 50, 50],
    ['is behind what is taken at the same time', [50], 50, 60],
    ['is behind what is taken a little later', [55], 50, 65],
    ['is what is wanted where it just fits', [40, 60], 50, 50],
    ['passes all that stand too close together', [50, 65, 76], 50, 86],
    ['is the first gap that is wide enough', [50, 60, 90], 50, 70],
  ])('%s', (_, times, at, expected) => {
    expect(freeSlot(taken(...times), { owner: me, at }, 10)).toBe(expected);
  });

  it('does not wait for moments of its own', () => {
    expect(freeSlot(taken(50, 55), { owner: other, at: 52 }, 10)).toBe(52);
  });

  it('is never earlier than wanted, and apart from all that others have taken', () => {
    const ms = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(fc.array(ms), ms, fc.integer({ min: 1, max: 100 }), (times, at, apart) => {
        const slots = taken(...times.toSorted((a, b) => a - b));
        const found = freeSlot(slots, { owner: me, at }, apart);

        expect(found).toBeGreaterThanOrEqual(at);
        for (const slot of slots) expect(Math.abs(slot.at - found)).toBeGreaterThanOrEqual(apart);
      }),
    );
  });
});

describe('apartMs', () => {
  it('spreads many over 3 s, and keeps a few 100 ms apart', () => {
    expect([1, 2, 30, 60, 200, 3000].map(apartMs)).toEqual([100, 100, 100, 50, 15, 1]);
  });

  it('keeps the connections of a second below half of them all, when there are more than 20', () => {
    fc.assert(
      fc.property(fc.integer({ min: 21, max: 100_000 }), (count) => {
        expect(Math.ceil(1000 / apartMs(count))).toBeLessThan(count / 2);
      }),
    );
  });
});
