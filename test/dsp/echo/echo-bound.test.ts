import { describe, expect, it } from 'vitest';
import { createEchoBound } from '../../../src/dsp/echo/echo-bound.js';

const size = 256;
const tone = (amplitude: number, length = size): Float64Array => Float64Array.from({ length }, (_, i) => amplitude * (-1) ** i);
const powerOf = (amplitude: number): number => size * amplitude ** 2;

/** One that has heard a loudspeaker of 1000 whose echo is 500. */
const taught = () => {
  const bound = createEchoBound();
  for (let i = 0; i < 10; i++) bound.hear(tone(500), tone(1000, 4 * size), powerOf(500));
  const hear = (near: number, far: number, blocks: number): readonly boolean[] =>
    Array.from({ length: blocks }, () => bound.hear(tone(near), tone(far, 4 * size), 0));
  return { bound, hear };
};

describe('createEchoBound', () => {
  it('takes nothing for somebody before it was told of an echo', () => {
    const bound = createEchoBound();
    const heard = Array.from({ length: 20 }, () => bound.hear(tone(30_000), tone(1), 0));
    expect(heard).not.toContain(true);
  });

  it('takes for somebody what is 6 dB louder than the echo for three blocks, and 250 ms more', () => {
    const { hear } = taught();
    expect(hear(1010, 1000, 3)).toEqual([false, false, true]);
    expect(hear(0, 1000, 26).filter(Boolean).length).toBeGreaterThan(23);
    expect(hear(0, 1000, 10)).not.toContain(true);
  });

  it('takes for echo what is less loud, also where the loudspeaker has just been louder', () => {
    const { hear } = taught();
    expect(hear(950, 1000, 100)).not.toContain(true);
    expect(hear(950, 0, 5)).not.toContain(true);
  });

  it('takes no single bang for somebody', () => {
    const { hear } = taught();
    const heard = Array.from({ length: 10 }, () => [...hear(30_000, 1000, 2), ...hear(100, 1000, 6)]).flat();
    expect(heard).not.toContain(true);
  });

  it('expects a louder echo of a louder loudspeaker at once', () => {
    const { hear } = taught();
    expect(hear(4000, 8000, 20)).not.toContain(true);
  });
});
