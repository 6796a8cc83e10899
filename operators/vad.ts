import { defer, map, type OperatorFunction } from 'rxjs';
import type { AudioFrame, VoiceFrame } from '../src/audio.js';
import { type EnergyVadConfig, energyVad } from '../src/dsp/energy-vad.js';
import { modelVad, type VoiceModel } from '../src/dsp/model-vad.js';
import { thresholdOf } from '../src/dsp/threshold-of.js';

/** When sound is speech. */
export interface VadConfig extends EnergyVadConfig {
  /**
   * What tells speech: the level, a network (`await silero()` of `rxvox/audio`), or a function that says how likely a frame is speech (0 to 1). With a
   * model, `threshold` is a probability, 0.5 by default, and `adaptive` means nothing.
   * @default 'energy'
   */
  readonly model?: 'energy' | VoiceModel;
  /**
   * 0 to 1, in place of a threshold, which goes first: see `thresholdOf` of `rxvox/audio`. 0.5 is the default threshold, of the level and of a model.
   */
  readonly sensitivity?: number;
}

/**
 * Says of every frame whether it holds speech, and how loud it is.
 *
 * Emits each frame at once, in `speech_starting` until sound has lasted `speechStartMs`, and in `speech_ending` until quiet has lasted
 * `speechEndMs`; both in media time, whatever the chunk length. A chunk longer than 20 ms is `speech` if speech sounded anywhere in it; chunks shorter than 3 ms should go through `frame` first.
 * A jump of `position` begins anew with `silence`: what lies on its two sides never adds up to speech. Completes and errors with its source.
 *
 * @returns The frames with `vad` and `level`; samples are shared, not copied.
 * @throws RangeError on call, when the threshold or the sensitivity is outside 0 to 1, a time is negative, or the model is none.
 */
export function vad({
  model = 'energy',
  sensitivity = 0.5,
  threshold = thresholdOf(sensitivity, model === 'energy' ? model : 'neural'),
  ...config
}: VadConfig = {}): OperatorFunction<AudioFrame, VoiceFrame> {
  const detector = model === 'energy' ? energyVad({ threshold, ...config }) : modelVad(model, { threshold, ...config });
  return (source) =>
    defer(() => {
      const detect = detector();
      return source.pipe(map((frame) => detect(frame)));
    });
}
