import { describe, expect, it } from 'vitest';
import { createFarLine } from '../../../src/dsp/echo/far-line.js';

const sampleRate = 1000;
/** Frames of 20 ms, given when they are due, at these positions. */
const stalledAfter = (...positions: readonly number[]): number => {
  const line = createFarLine(sampleRate, undefined);
  for (const position of positions) line.push({ samples: new Int16Array(20), sampleRate, position }, position);
  return line.stalledAt();
};

describe('createFarLine', () => {
  it('says where the loudspeaker stalled', () => {
    expect(stalledAfter(0, 20, 140)).toBe(140);
  });

  it('takes neither frames end to end nor a pause for a stall', () => {
    expect(stalledAfter(0, 20, 40)).toBe(Number.NEGATIVE_INFINITY);
    expect(stalledAfter(0, 20, 2040)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('takes another beginning for one', () => {
    const line = createFarLine(sampleRate, undefined);
    line.push({ samples: new Int16Array(20), sampleRate, position: 0 }, 0);
    line.push({ samples: new Int16Array(20), sampleRate, position: 0 }, 5000);
    expect(line.stalledAt()).toBe(5000);
  });
});
