import { describe, expect, it } from 'vitest';
import { thresholdOf } from '../../src/dsp/threshold-of.js';

describe('thresholdOf', () => {
  it.each([
    [0, 0.1, 0.9],
    [0.25, 0.045, 0.7],
    [0.5, 0.02, 0.5],
    [0.75, 0.009, 0.3],
    [1, 0.004, 0.1],
  ])('makes of the sensitivity %d a level of %d, or a probability of %d', (sensitivity, energy, neural) => {
    expect(thresholdOf(sensitivity)).toBeCloseTo(energy, 3);
    expect(thresholdOf(sensitivity, 'energy')).toBeCloseTo(energy, 3);
    expect(thresholdOf(sensitivity, 'neural')).toBeCloseTo(neural, 10);
  });

  it('gives the defaults exactly at 0.5', () => {
    expect([thresholdOf(0.5), thresholdOf(0.5, 'neural')]).toEqual([0.02, 0.5]);
  });

  it('refuses what is no sensitivity', () => {
    for (const sensitivity of [-0.1, 1.1, Number.NaN]) expect(() => thresholdOf(sensitivity)).toThrow(RangeError);
  });
});
