import type { AudioFrame, VadState } from '../audio.js';
import { type DebounceConfig, debounce } from './debounce.js';
import type { VoiceDetector } from './energy-vad.js';
import { levelOf } from './level.js';

/** Says how likely a frame is speech, 0 to 1; asked once for each frame, in order. */
export type VoiceModel = (frame: AudioFrame) => number;

/** When a probability is speech. */
export interface ModelVadConfig extends DebounceConfig {
  /**
   * The lowest probability that is speech, 0 to 1.
   * @default 0.5
   */
  readonly threshold?: number;
}

/**
 * Makes detectors that ask a model. A jump of `position` and a change of rate begin anew with silence; the model sees the frame's position and
 * forgets by itself.
 *
 * @throws RangeError when the threshold is outside 0 to 1, or a time is negative.
 */
export function modelVad(model: VoiceModel, { threshold = 0.5, ...times }: ModelVadConfig = {}): () => VoiceDetector {
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`vad: threshold must be 0 to 1 (probability), got ${threshold}`);
  const debounceOf = debounce(times);

  return () => {
    const { step, reset } = debounceOf();
    let current: VadState = 'silence';
    let next = -1;
    let rate = 0;
    return (frame) => {
      const { samples, sampleRate, position } = frame;
      if (position !== next || sampleRate !== rate) {
        reset();
        current = 'silence';
      }
      next = position + samples.length;
      rate = sampleRate;
      // A frame without samples is neither speech nor quiet.
      if (samples.length > 0) current = step(model(frame) >= threshold, samples.length, sampleRate);
      return { samples, sampleRate, position, vad: current, level: levelOf(samples) };
    };
  };
}
