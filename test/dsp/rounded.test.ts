import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rounded } from '../../src/dsp/rounded.js';

it('rounds as Math.round does, and holds what is out of range at its ends', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ min: -70_000, max: 70_000, noNaN: true }), fc.integer({ min: -66_000, max: 66_000 })),
      (value) => {
        const expected = Math.max(-32_768, Math.min(32_767, Math.round(value)));
        // Half a sample is as near to the one as to the other, and the sum rounds what lies next to it.
        expect(Math.abs(rounded(value) - expected)).toBeLessThanOrEqual(Math.abs((Math.abs(value) % 1) - 0.5) < 1e-9 ? 1 : 0);
      },
    ),
    { numRuns: 2000 },
  );
});
