import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loudestParts } from '../../src/cli/loudest-parts.js';

describe('loudestParts', () => {
  it('tells the loudest of equal parts, however the sound is cut, and of no more parts than wanted', () => {
    const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 300 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 50 }), (all, cut) => {
        const { push, end } = loudestParts(16);
        for (let at = 0; at < all.length; at += cut) push(Int16Array.from(all.slice(at, at + cut)));
        const parts = end();
        let size = 1;
        while (all.length >= 16 * size) size *= 2;
        const loudest = Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
          Math.max(...all.slice(part * size, (part + 1) * size).map(Math.abs)),
        );
        expect(parts).toEqual(loudest);
        expect(parts.length).toBeLessThanOrEqual(16);
      }),
    );
  });
});
