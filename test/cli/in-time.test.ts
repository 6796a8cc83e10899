import { describe, expect, it } from 'vitest';
import { inTime } from '../../src/cli/in-time.js';
import type { FrameProcessor } from '../../src/dsp/frame-processor.js';
import { sampleQueue } from '../../src/dsp/sample-queue.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { chained, enhanceDelayMs, enhancementStages } from '../../src/enhancement.js';
import { lagOf } from '../dsp/speech-in-noise.js';

/** Sound that comes out as it went in, late; how late is known with the first frame. */
const late = (samples: number): FrameProcessor => {
  const line = sampleQueue(samples);
  let delayMs = 0;
  return {
    get delayMs() {
      return delayMs;
    },
    process(frame) {
      delayMs = (samples * 1000) / frame.sampleRate;
      line.push(frame.samples);
      return line.take(frame.samples.length);
    },
    reset: () => undefined,
    close: () => undefined,
  };
};

describe('inTime', () => {
  it.each([
    [0, 1000],
    [1, 1000],
    [787, 24_000],
    [2000, 1],
    [160, 160],
  ])('takes a delay of %i samples off %i samples, and loses none', (delay, length) => {
    const samples = Int16Array.from({ length }, (_, at) => at + 1);
    const treated = inTime(late(delay), { samples, sampleRate: 8000, position: 0 });
    expect(treated).toEqual({ samples, sampleRate: 8000, position: 0 });
  });

  it.each(['latency', 'balanced', 'quality'] as const)('brings enhanced speech back to where it was in mode %s', async (mode) => {
    const sound = testAudio({ durationMs: 2500, sampleRate: 16_000 });
    const create = await enhancementStages({ mode });
    const processor = chained((await create()).map(([, open]) => open()));
    const { samples } = inTime(processor, sound);
    processor.close();
    expect(samples.length).toBe(sound.samples.length);
    // Positions from 40 ms before to 40 ms after are asked; the delays are 16 and 34 ms.
    const shifted = new Int16Array(samples.length + 640);
    shifted.set(samples, 640);
    expect(Math.abs(lagOf(sound.samples, shifted, 16_000, 1280) - 640)).toBeLessThanOrEqual(2);
    expect(enhanceDelayMs({ mode }, 16_000) > 10).toBe(mode !== 'latency');
  });
});
