import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudioFrame, VadState } from '../../src/audio.js';
import { type EnergyVadConfig, energyVad } from '../../src/dsp/energy-vad.js';

/** Audio at 1 kHz of constant levels: `[[20, 0.1]]` is 20 ms at an RMS of 0.1. */
const audio = (...parts: readonly (readonly [ms: number, level: number])[]): Int16Array =>
  Int16Array.from(parts.flatMap(([ms, level]) => new Array<number>(ms).fill(Math.round(level * 32_768))));

/** Cuts audio into chunks of the sizes given, over and over. */
const chunks = (samples: Int16Array, sizes: readonly number[]): AudioFrame[] => {
  const cut: AudioFrame[] = [];
  for (let position = 0, i = 0; position < samples.length; i++) {
    const part = samples.subarray(position, position + (sizes[i % sizes.length] ?? 1));
    cut.push({ samples: part, sampleRate: 1000, position });
    position += part.length;
  }
  return cut;
};

const states = (frames: readonly AudioFrame[], config?: EnergyVadConfig): VadState[] => {
  const detect = energyVad(config)();
  return frames.map((frame) => detect(frame).vad);
};

/** Where the state first is what was asked for: end of that chunk. */
const firstEnd = (frames: readonly AudioFrame[], vad: VadState[], state: VadState): number => {
  const frame = frames[vad.indexOf(state)];
  return frame ? frame.position + frame.samples.length : -1;
};

describe('energyVad', () => {
  it('measures the level of each frame', () => {
    const [voice] = chunks(audio([20, 0.25]), [20]).map(energyVad()());
    expect(voice).toEqual({ samples: audio([20, 0.25]), sampleRate: 1000, position: 0, vad: 'speech_starting', level: 0.25 });
  });

  it('shares the samples', () => {
    const frame = { samples: new Int16Array(20), sampleRate: 1000, position: 0 };
    expect(energyVad()()(frame).samples).toBe(frame.samples);
  });

  it('takes the threshold itself for speech, and less for silence', () => {
    const threshold = 0.03125;
    expect(states(chunks(audio([20, threshold]), [20]), { threshold })).toEqual(['speech_starting']);
    expect(states(chunks(audio([20, threshold - 0.001]), [20]), { threshold })).toEqual(['silence']);
  });

  it('starts after speechStartMs and ends after speechEndMs, whatever the chunk length', () => {
    const samples = audio([200, 0], [300, 0.1], [800, 0]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        const frames = chunks(samples, sizes);
        const vad = states(frames);
        const longest = Math.max(...sizes, 20);
        const started = firstEnd(frames, vad, 'speech');
        const stopped = firstEnd(
          frames,
          vad.map((state, i) => (i > vad.indexOf('speech') ? state : 'speech')),
          'silence',
        );
        // a piece of 20 ms is loud as a whole or not at all, and what happens shows at the end of the chunk
        expect(started).toBeGreaterThanOrEqual(280);
        expect(started).toBeLessThanOrEqual(300 + 20 + longest);
        expect(stopped).toBeGreaterThanOrEqual(1000);
        expect(stopped).toBeLessThanOrEqual(1000 + 20 + longest);
      }),
    );
  });

  it('does not take one loud frame for speech', () => {
    const vad = states(chunks(audio([100, 0], [20, 0.5], [900, 0]), [20]));
    expect(new Set(vad)).toEqual(new Set(['silence', 'speech_starting']));
  });

  it('calls a long chunk speech when speech sounded anywhere in it', () => {
    expect(states(chunks(audio([300, 0], [200, 0.1], [500, 0], [1000, 0]), [1000]))).toEqual(['speech', 'silence']);
    expect(states(chunks(audio([920, 0], [80, 0.1], [1000, 0]), [1000]))).toEqual(['speech_starting', 'silence']);
  });

  it('begins anew at a jump', () => {
    const loud = (position: number, ms = 60): AudioFrame => ({ samples: audio([ms, 0.1]), sampleRate: 1000, position });
    expect(states([loud(0), loud(60), loud(121), loud(181)])).toEqual(['speech_starting', 'speech', 'speech_starting', 'speech']);
    expect(states([loud(0), loud(61)])).toEqual(['speech_starting', 'speech_starting']);
    expect(
      states([loud(0), loud(60), { ...loud(120), samples: audio([20, 0]) }, { ...loud(300), samples: audio([20, 0]) }]),
    ).toEqual(['speech_starting', 'speech', 'speech_ending', 'silence']);
  });

  it('begins anew when the rate changes', () => {
    const frame = { samples: audio([60, 0.1]), sampleRate: 1000, position: 0 };
    expect(states([frame, { ...frame, position: 60, sampleRate: 500 }])).toEqual(['speech_starting', 'speech']);
    expect(states([frame, { ...frame, position: 60, sampleRate: 1001 }])).toEqual(['speech_starting', 'speech_starting']);
  });

  describe('with noise', () => {
    const noisy = [
      [4000, 0.03],
      [300, 0.1],
      [600, 0.03],
    ] as const;

    it('raises the threshold to 2.5 times the floor', () => {
      const frames = chunks(audio(...noisy), [20]);
      const vad = states(frames);
      expect(vad[195]).toBe('silence');
      expect(vad[205]).toBe('speech');
      expect(vad.at(-1)).toBe('silence');
    });

    it('hears noise above the threshold as speech when not adaptive', () => {
      expect(new Set(states(chunks(audio(...noisy), [20]), { adaptive: false }).slice(5))).toEqual(new Set(['speech']));
    });

    it('never lowers the threshold', () => {
      const vad = states(chunks(audio([5000, 0.0001], [1000, 0.015]), [20]));
      expect(new Set(vad)).toEqual(new Set(['silence']));
    });
  });

  it('keeps a state for each detector', () => {
    const factory = energyVad();
    const [a, b] = [factory(), factory()];
    const frames = chunks(audio([100, 0.1]), [20]);
    expect(frames.map((frame) => a(frame).vad)).toEqual(frames.map((frame) => b(frame).vad));
  });

  it('refuses thresholds that are no level', () => {
    for (const threshold of [-0.1, 1.1, Number.NaN]) expect(() => energyVad({ threshold })).toThrow(RangeError);
  });
});
