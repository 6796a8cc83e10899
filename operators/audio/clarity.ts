import { type OperatorFunction, of } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { type ClarityConfig, voiceClarity } from '../../src/dsp/clarity.js';
import { processFrames } from './processFrames.js';

/**
 * Makes speech clearer: cuts rumble and hum below 80 Hz, and raises consonants above 3 kHz by 4 dB.
 *
 * Emits a frame for each frame at once, with no delay of the sound. How frames are cut makes no difference to the samples. Begins anew at a jump of
 * `position` and at a change of rate. Completes and errors with its source.
 *
 * @throws RangeError on call, when a frequency is not above 0, or the gain not within -24 to 24.
 */
export function clarity<Frame extends AudioFrame>(config?: ClarityConfig): OperatorFunction<Frame, Frame> {
  const create = voiceClarity(config);
  return processFrames(() => of(create()));
}
