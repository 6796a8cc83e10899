import { from, map, type OperatorFunction, of } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { FrameProcessor } from '../../src/dsp/frame-processor.js';
import { assertNoiseModel, loadNoiseReducer, type NoiseReducerConfig } from '../../src/dsp/noise-reducer.js';
import { processFrames } from './processFrames.js';

/** How to lower noise. */
export interface ReduceNoiseConfig extends NoiseReducerConfig {
  /**
   * A reducer that is already loaded, `await loadNoiseReducer({ model })`, in place of `model`. Needed in virtual time, where promises do not run.
   * @default loaded on subscription; what comes meanwhile waits, in order
   */
  readonly reducer?: () => FrameProcessor;
}

/**
 * Lowers noise, and leaves speech.
 *
 * Emits a frame for each frame, of as many samples at the same position; the sound in it is late: by 32.8 ms with `rnnoise` at 24 kHz, 16 ms with `speex`.
 * How frames are cut makes no difference to the samples. Begins anew at a jump of `position` and at a change of rate. Completes with its
 * source, and what is still held of the sound then is not given.
 *
 * @throws RangeError on call, for a model that there is not.
 * @throws AudioError `backend_missing`, in-stream, when the WebAssembly module cannot be loaded, or not within 30 s.
 */
export function reduceNoise<Frame extends AudioFrame>({
  model = 'rnnoise',
  reducer,
}: ReduceNoiseConfig = {}): OperatorFunction<Frame, Frame> {
  assertNoiseModel(model);
  return processFrames(() => (reducer ? of(reducer()) : from(loadNoiseReducer({ model })).pipe(map((create) => create()))));
}
