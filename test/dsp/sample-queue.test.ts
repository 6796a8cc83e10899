import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleQueue } from '../../src/dsp/sample-queue.js';

describe('sampleQueue', () => {
  it('gives what was pushed, in order, behind its zeros, however it is cut', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.array(fc.nat(2500), { maxLength: 20 }), (zeros, lengths) => {
        const queue = sampleQueue(zeros);
        let next = 0;
        const out: number[] = [];
        for (const length of lengths) {
          queue.push(Int16Array.from({ length }, () => (next++ % 30_000) + 1));
          expect(queue.length()).toBe(zeros + length);
          out.push(...queue.take(length));
        }
        expect(out).toEqual(out.map((_, at) => (at < zeros ? 0 : ((at - zeros) % 30_000) + 1)));
      }),
      { numRuns: 50 },
    );
  });

  it('forgets what is skipped', () => {
    const queue = sampleQueue(1);
    queue.push(Int16Array.of(1, 2, 3));
    queue.skip(2);
    expect([...queue.take(2)]).toEqual([2, 3]);
    queue.skip(5);
    expect(queue.length()).toBe(0);
  });

  it('gives zeros when it has too few', () => {
    const queue = sampleQueue();
    queue.push(Int16Array.of(1, 2));
    expect([...queue.take(4), queue.length()]).toEqual([1, 2, 0, 0, 0]);
  });
});
