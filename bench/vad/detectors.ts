import { type AudioFrame, samplesIn, type VadState } from '../../src/audio.js';
import { energyVad, type VoiceDetector } from '../../src/dsp/energy-vad.js';
import { levelOf } from '../../src/dsp/level.js';
import { modelVad } from '../../src/dsp/model-vad.js';
import { noiseFloor } from '../../src/dsp/noise-floor.js';
import { loadNoiseReducer } from '../../src/dsp/noise-reducer.js';
import { silero } from '../../src/dsp/silero/silero.js';
import { cell, rate } from './speech.js';

/** What a detector said of audio, cell by cell. */
export interface Said {
  readonly scores: readonly number[];
  readonly states: readonly VadState[];
}

/** A way to tell speech. */
export interface Contender {
  readonly name: string;
  hear(samples: Int16Array): Said;
}

const frameSamples = 2 * cell;
/** The window of the network, so that each score belongs to sound that is known. */
const windowSamples = 512;

const frames = (samples: Int16Array, length: number): readonly AudioFrame[] =>
  Array.from({ length: Math.floor(samples.length / length) }, (_, i) => ({
    samples: samples.subarray(i * length, (i + 1) * length),
    sampleRate: rate,
    position: i * length,
  }));
const onGrid = <Value>(values: readonly Value[], length: number, samples: Int16Array): readonly Value[] =>
  Array.from({ length: Math.floor(samples.length / cell) }, (_, i) => {
    const value = values[Math.min(values.length - 1, Math.floor(((i + 0.5) * cell) / length))];
    if (value === undefined) throw new Error('bench vad: no audio to score');
    return value;
  });
const statesOf = (detect: VoiceDetector, samples: Int16Array): readonly VadState[] =>
  onGrid(
    frames(samples, frameSamples).map((frame) => detect(frame).vad),
    frameSamples,
    samples,
  );

const energy: Contender = {
  name: 'energy',
  hear(samples) {
    const floorAfter = noiseFloor();
    // How far above what energyVad takes for its threshold: the higher of its own and 2.5 times the noise.
    const scores = frames(samples, frameSamples).map((frame) => {
      const level = levelOf(frame.samples);
      return level / Math.max(0.02, 2.5 * floorAfter(level, frameSamples, rate));
    });
    return { scores: onGrid(scores, frameSamples, samples), states: statesOf(energyVad()(), samples) };
  },
};

const neural = async (): Promise<Contender> => {
  const model = await silero();
  return {
    name: 'silero',
    hear(samples) {
      const probability = typeof model === 'function' ? model : model.open();
      return {
        scores: onGrid(frames(samples, windowSamples).map(probability), windowSamples, samples),
        states: statesOf(modelVad(model)(), samples),
      };
    },
  };
};

/** Lowers the noise first. Scores are of the same sound, states come later by as much as that takes. */
const behind = async ({ name, hear }: Contender): Promise<Contender> => {
  const open = await loadNoiseReducer({ model: 'rnnoise' });
  return {
    name: `RNNoise, ${name}`,
    hear(samples) {
      const reducer = open();
      const reduced = new Int16Array(samples.length);
      for (const frame of frames(samples, frameSamples)) reduced.set(reducer.process(frame), frame.position);
      const late = Math.round(samplesIn(reducer.delayMs, rate) / cell);
      reducer.close();
      const { scores, states } = hear(reduced);
      return { scores: scores.map((score, i) => scores[i + late] ?? score), states };
    },
  };
};

/** All of them, the simplest first. */
export const contenders = async (): Promise<readonly Contender[]> => {
  const network = await neural();
  return [energy, network, await behind(energy), await behind(network)];
};
