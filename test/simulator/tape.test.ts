import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTape } from '../../src/simulator/tape.js';

// At 1 kHz a sample is a millisecond.
const numbers = (from: number, length: number) => Int16Array.from({ length }, (_, i) => from + i);

describe('createTape', () => {
  it('gives the piece that was asked for, whatever the chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
        fc.nat(300),
        fc.nat(300),
        (lengths, ms, behindMs) => {
          const tape = createTape(10_000);
          let total = 0;
          for (const length of lengths) {
            tape.append(numbers(total, length), 1000);
            total += length;
          }
          const all = [...numbers(0, total)];
          const end = Math.max(0, total - behindMs);
          if (total > 0) expect([...tape.take(ms, behindMs).samples]).toEqual(all.slice(Math.max(0, end - ms), end));
        },
      ),
    );
  });

  it('keeps what stands behind the piece, and forgets what stands before', () => {
    const tape = createTape(10_000);
    tape.append(numbers(0, 100), 1000);
    tape.take(20, 30);
    expect([...tape.take(100, 0).samples]).toEqual([...numbers(70, 30)]);
  });

  it('holds no more than half as much again as it may', () => {
    const tape = createTape(100);
    for (let i = 0; i < 1000; i++) tape.append(numbers(i, 10), 1000);
    const { length } = tape.take(10_000, 0).samples;
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBeLessThanOrEqual(150);
  });

  it('is trimmed to what is asked for, in whole chunks', () => {
    const tape = createTape(10_000);
    for (let i = 0; i < 10; i++) tape.append(numbers(10 * i, 10), 1000);
    tape.trim(25);
    expect(tape.take(10_000, 0).samples.length).toBe(30);
  });

  it('begins anew at another rate', () => {
    const tape = createTape(10_000);
    tape.append(numbers(0, 100), 1000);
    tape.append(numbers(0, 16), 8000);
    expect(tape.take(1000, 0)).toEqual({ samples: numbers(0, 16), sampleRate: 8000 });
  });
});
