import { type OperatorFunction, of } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { type GainControlConfig, gainControl } from '../../src/dsp/gain-control.js';
import { processFrames } from './processFrames.js';

/**
 * Holds speech at a level, however far the speaker is from the microphone; silence and noise are not raised for it, and no sample comes out louder than
 * the ceiling.
 *
 * Emits a frame for each frame at once, with no delay of the sound. How frames are cut makes no difference to the samples. A jump of `position` does not
 * change the gain. Completes and errors with its source.
 *
 * @throws RangeError on call, for a level or gain out of its range.
 */
export function controlGain<Frame extends AudioFrame>(config?: GainControlConfig): OperatorFunction<Frame, Frame> {
  const create = gainControl(config);
  return processFrames(() => of(create()));
}
