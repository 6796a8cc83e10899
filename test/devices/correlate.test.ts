import { describe, expect, it } from 'vitest';
import { correlate } from './correlate.js';

/** The same noise every time. */
const noise = (length: number): Int16Array => {
  let seed = 1;
  return Int16Array.from({ length }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >> 15) - 32_768;
  });
};
const tones = (length: number): Int16Array =>
  Int16Array.from({ length }, (_, i) => 8000 * Math.sin(i / 20) * Math.sin((i * i) / 4e6));
const within = (samples: Int16Array, before: number): Int16Array =>
  Int16Array.from([...new Array(before).fill(3), ...samples, ...noise(500)]);

describe('correlate', () => {
  it('finds the reference where it is', () => {
    const { peak, lag } = correlate(tones(12_000), within(tones(12_000), 4321));
    expect(peak).toBeGreaterThan(0.99);
    expect(lag).toBe(4321);
  });

  it('does not find it in noise or silence', () => {
    expect(correlate(tones(12_000), noise(24_000)).peak).toBeLessThan(0.2);
    expect(correlate(tones(12_000), new Int16Array(24_000)).peak).toBe(0);
  });

  it('notices a gap of 20 ms', () => {
    const gap = tones(12_000);
    expect(
      correlate(tones(12_000), Int16Array.from([...gap.subarray(0, 6000), ...gap.subarray(6480), ...new Array(3000).fill(0)]))
        .peak,
    ).toBeLessThan(0.95);
  });
});
