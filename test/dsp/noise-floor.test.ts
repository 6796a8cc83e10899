import { describe, expect, it } from 'vitest';
import { noiseFloor } from '../../src/dsp/noise-floor.js';

/** Hears a level for so many milliseconds in steps of 20; the last floor. */
const hear = (floor: ReturnType<typeof noiseFloor>, level: number, ms: number): number => {
  let last = 0;
  for (let at = 0; at < ms; at += 20) last = floor(level, 480, 24_000);
  return last;
};

describe('noiseFloor', () => {
  it('knows nothing for three seconds', () => {
    const floor = noiseFloor();
    expect(hear(floor, 0.05, 3000)).toBe(0);
    expect(hear(floor, 0.05, 20)).toBe(0.05);
  });

  it('is the lowest level of the last three seconds', () => {
    const floor = noiseFloor();
    hear(floor, 0.05, 4000);
    expect(hear(floor, 0.2, 2500)).toBe(0.05);
    expect(hear(floor, 0.2, 1000)).toBe(0.2);
  });

  it('falls at once', () => {
    const floor = noiseFloor();
    hear(floor, 0.05, 4000);
    expect(hear(floor, 0.01, 20)).toBe(0.01);
  });
});
