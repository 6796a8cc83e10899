import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFadingFilter } from '../../../src/dsp/echo/fading-filter.js';

const reach = 8;
const open = () => createFadingFilter({ reach, fadeLength: 16, most: 32 });
/** All samples, of pieces of these lengths. */
const filtered = (filter: ReturnType<typeof open>, samples: Float64Array, lengths: readonly number[] = [32]): Float64Array => {
  const out = new Float64Array(samples.length);
  const piece = new Float64Array(32);
  for (let at = 0, i = 0; at < samples.length; i++) {
    const length = Math.min(lengths[i % lengths.length] ?? 1, samples.length - at);
    filter.filter(samples.subarray(at, at + length), 0, length, piece);
    out.set(piece.subarray(0, length), at);
    at += length;
  }
  return out;
};
const ramp = Float64Array.from({ length: 64 }, (_, i) => i + 1);

describe('createFadingFilter', () => {
  it('gives what it takes, later by its reach, until it is told otherwise', () => {
    expect([...filtered(open(), ramp)]).toEqual([...new Float64Array(reach), ...ramp.subarray(0, 64 - reach)]);
  });

  it('filters symmetrically', () => {
    const filter = open();
    filter.next.set([0.5, 0.25]);
    filter.fade();
    filtered(filter, new Float64Array(32));
    const one = Float64Array.from({ length: 32 }, (_, i) => (i === 10 ? 1 : 0));
    const [before, middle, after] = filtered(filter, one).subarray(reach + 9);
    expect([before, middle, after]).toEqual([0.25, 0.5, 0.25]);
  });

  it('goes over from one response to the next in small steps, and ends with it', () => {
    const filter = open();
    const level = new Float64Array(32).fill(1);
    filtered(filter, level);
    filter.next.fill(0);
    filter.fade();
    const out = filtered(filter, level);
    expect([...out.subarray(0, 16)]).toEqual([0.75, 0.75, 0.75, 0.75, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0]);
    expect([...out.subarray(16)]).toEqual([...new Float64Array(16)]);
  });

  it('gives the same however the samples are cut', () => {
    const of = (lengths: readonly number[]): Float64Array => {
      const filter = open();
      filter.next.set([0.3, 0.2, -0.1, 0.05]);
      filter.fade();
      return filtered(filter, ramp, lengths);
    };
    const whole = of([32]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 8 }), (lengths) => {
        expect(of(lengths)).toEqual(whole);
      }),
    );
  });
});
