import type { FrameProcessor } from './frame-processor.js';
import { loadRnnoise } from './rnnoise.js';
import { loadSpeexNoise } from './speex-noise.js';

/** How to lower noise. */
export interface NoiseReducerConfig {
  /**
   * `rnnoise`: a neural network (RNNoise 0.2); the better one. `speex`: the spectral estimate of Speex, which takes a fraction of the time and half of the
   * delay.
   * @default 'rnnoise'
   */
  readonly model?: NoiseModel;
}

/** What noise reduction is made with. */
export type NoiseModel = 'rnnoise' | 'speex';

const loaders: Readonly<Record<NoiseModel, () => Promise<() => FrameProcessor>>> = {
  rnnoise: loadRnnoise,
  speex: loadSpeexNoise,
};

/** Throws RangeError unless it is one of the models. */
export const assertNoiseModel = (model: NoiseModel): void => {
  if (!Object.hasOwn(loaders, model))
    throw new RangeError(`reduceNoise: model must be 'rnnoise' or 'speex', got ${JSON.stringify(model)}`);
};

/**
 * Loads a noise reducer, once for the whole program.
 *
 * @returns A promise of a factory: each processor it makes is for one stream. It rejects with `AudioError` `backend_missing` when the WebAssembly cannot be
 * loaded, and the next call tries again.
 * @throws RangeError on call, for a model that there is not.
 */
export const loadNoiseReducer = ({ model = 'rnnoise' }: NoiseReducerConfig = {}): Promise<() => FrameProcessor> => {
  assertNoiseModel(model);
  return loaders[model]();
};
