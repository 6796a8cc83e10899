import { describe, expect, it } from 'vitest';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { inTime } from '../../src/cli/in-time.js';
import type { FrameProcessor } from '../../src/dsp/frame-processor.js';
import { sampleQueue } from '../../src/dsp/sample-queue.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { chained, enhanceDelayMs, enhancementStages } from '../../src/enhancement.js';
import { lagOf } from '../dsp/speech-in-noise.js';
import { pieces } from './pieces.js';

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

/** What a processor makes of whole audio, and from where. */
const treatedInTime = (processor: FrameProcessor, audio: AudioFrame): AudioFrame => {
  const { push, end } = inTime(processor);
  const frames = [...pieces(audio).flatMap(push), ...end()];
  frames.forEach(({ position }, at) => {
    expect(position).toBe(at === 0 ? audio.position : endOf(frames[at - 1] as AudioFrame));
  });
  return { ...audio, samples: Int16Array.from(frames.flatMap(({ samples }) => [...samples])) };
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
    const audio = { samples, sampleRate: 8000, position: 77 };
    expect(treatedInTime(late(delay), audio)).toEqual(audio);
  });

  it('holds no more than the delay', () => {
    const { push, end } = inTime(late(500));
    const frames = pieces({ samples: new Int16Array(8000), sampleRate: 8000, position: 0 });
    const given = frames.map((frame) => push(frame).length);
    expect(given).toEqual(frames.map((_, at) => (at < 4 ? 0 : 1)));
    expect(end()).toHaveLength(4);
  });

  it('makes nothing of nothing', () => {
    expect(inTime(late(500)).end()).toEqual([]);
  });

  it.each(['latency', 'balanced', 'quality'] as const)('brings enhanced speech back to where it was in mode %s', async (mode) => {
    const sound = testAudio({ durationMs: 2500, sampleRate: 16_000 });
    const create = await enhancementStages({ mode });
    const processor = chained((await create()).map(([, open]) => open()));
    const { samples } = treatedInTime(processor, sound);
    processor.close();
    expect(samples.length).toBe(sound.samples.length);
    // Positions from 40 ms before to 40 ms after are asked; the delays are 16 and 34 ms.
    const shifted = new Int16Array(samples.length + 640);
    shifted.set(samples, 640);
    expect(Math.abs(lagOf(sound.samples, shifted, 16_000, 1280) - 640)).toBeLessThanOrEqual(2);
    expect(enhanceDelayMs({ mode }, 16_000) > 10).toBe(mode !== 'latency');
  });
});
