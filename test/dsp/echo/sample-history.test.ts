import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampleHistory } from '../../../src/dsp/echo/sample-history.js';

const capacity = 16;
const write = fc.record({ gap: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 0, max: 20 }) });

describe('createSampleHistory', () => {
  it('knows the last samples, silence between them, and nothing else, at any index', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 2 ** 33 }), fc.array(write, { maxLength: 8 }), (start, writes) => {
        const history = createSampleHistory(capacity);
        const known = new Map<number, number>();
        let at = start;
        for (const [i, { gap, length }] of writes.entries()) {
          at += gap;
          const samples = Int16Array.from({ length }, (_, j) => 100 * (i + 1) + j);
          history.write(at, samples);
          for (const [j, sample] of samples.entries()) known.set(at + j, sample);
          at += length;
        }
        const end = history.end();
        const out = new Float64Array(3 * capacity);
        history.read(end - 2 * capacity, out);
        for (const [i, value] of out.entries()) {
          const index = end - 2 * capacity + i;
          const isKnown = index >= end - capacity && index < end;
          expect(value).toBe(isKnown ? (known.get(index) ?? 0) : 0);
        }
      }),
    );
  });
});
