import { describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import { modelVad } from '../../src/dsp/model-vad.js';

/** Silence at 1 kHz, so that a sample is a millisecond. */
const frame = (position: number, length: number): AudioFrame => ({ samples: new Int16Array(length), sampleRate: 1000, position });

/** A model that says speech from one sample to another, and writes down what it is asked. */
const between = (from: number, to: number) => {
  const asked: (readonly [position: number, length: number])[] = [];
  const probability = ({ position, samples }: AudioFrame): number => {
    asked.push([position, samples.length]);
    return position >= from && position < to ? 1 : 0;
  };
  return { asked, probability };
};

describe('modelVad', () => {
  it('asks a function once for each frame, however long', () => {
    const { asked, probability } = between(0, 1000);
    const detect = modelVad(probability)();
    expect([detect(frame(0, 200)).vad, detect(frame(200, 20)).vad]).toEqual(['speech', 'speech']);
    expect(asked).toEqual([
      [0, 200],
      [200, 20],
    ]);
  });

  it('asks an opened model in pieces of 20 ms', () => {
    const { asked, probability } = between(0, 0);
    modelVad({ open: () => probability })()(frame(100, 50));
    expect(asked).toEqual([
      [100, 20],
      [120, 20],
      [140, 10],
    ]);
  });

  it('calls a long frame speech when speech sounded anywhere in it, and not because of a click', () => {
    const states = (from: number, to: number, config = {}) => {
      const detect = modelVad({ open: () => between(from, to).probability }, { speechEndMs: 60, ...config })();
      return [detect(frame(0, 300)).vad, detect(frame(300, 300)).vad];
    };
    expect(states(40, 200)).toEqual(['speech', 'silence']);
    expect(states(260, 420)).toEqual(['speech_starting', 'speech']);
    expect(states(40, 80)).toEqual(['silence', 'silence']);
  });

  it('opens a model for each detector', () => {
    let opened = 0;
    const factory = modelVad({
      open: () => {
        const probability = opened++;
        return () => probability;
      },
    });
    const [one, other] = [factory(), factory()];
    expect([one(frame(0, 20)).vad, other(frame(0, 20)).vad, one(frame(20, 20)).vad]).toEqual([
      'silence',
      'speech_starting',
      'silence',
    ]);
  });

  it('neither asks of nor changes with a frame without samples', () => {
    const { asked, probability } = between(0, 1000);
    const detect = modelVad({ open: () => probability })();
    expect([detect(frame(0, 20)).vad, detect(frame(20, 0)).vad]).toEqual(['speech_starting', 'speech_starting']);
    expect(asked).toHaveLength(1);
  });
});
