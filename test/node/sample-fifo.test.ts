import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFifo } from '../../src/node/sample-fifo.js';

describe('sampleFifo', () => {
  it('gives back every sample once and in order, whatever is pushed and taken', () => {
    const step = fc.oneof(
      fc.record({ push: fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 9 }) }),
      fc.record({ take: fc.nat(12) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const fifo = sampleFifo();
        const expected: number[] = [];
        for (const one of steps) {
          if ('push' in one) {
            fifo.push(Int16Array.from(one.push));
            expected.push(...one.push);
          } else {
            expect([...fifo.take(one.take)]).toEqual(expected.splice(0, one.take));
          }
          expect(fifo.length).toBe(expected.length);
        }
      }),
    );
  });

  it('is empty after clear', () => {
    const fifo = sampleFifo();
    fifo.push(Int16Array.of(1, 2, 3));
    fifo.clear();
    expect([fifo.length, fifo.take(3).length]).toEqual([0, 0]);
  });
});
