import { defer, map, type OperatorFunction } from 'rxjs';
import type { AudioFrame, VoiceFrame } from '../audio.js';
import { type EnergyVadConfig, energyVad, type VoiceDetector } from '../dsp/energy-vad.js';
import { modelVad, type SpeechProbability, type VoiceModel } from '../dsp/model-vad.js';
import { AudioError } from '../errors.js';

/**
 * Tells speech by a model that a conversation can do without: from the frame on at which it throws, cannot be opened or gives no number, speech is told
 * by its level.
 *
 * @param threshold The lowest probability that is speech.
 * @param failed Takes what was wrong, once.
 */
export const dispensableVad = (
  model: VoiceModel,
  { threshold, adaptive, ...times }: EnergyVadConfig & { readonly threshold: number },
  failed: (error: unknown) => void,
): OperatorFunction<AudioFrame, VoiceFrame> => {
  const opened = modelVad(typeof model === 'function' ? numeric(model) : { open: () => numeric(model.open()) }, {
    threshold,
    ...times,
  });
  const levels = energyVad({ ...(adaptive === undefined ? {} : { adaptive }), ...times });
  return (source) =>
    defer(() => {
      let detect: VoiceDetector = (frame) => {
        detect = opened();
        return detect(frame);
      };
      return source.pipe(
        map((frame) => {
          try {
            return detect(frame);
          } catch (error) {
            failed(error);
            detect = levels();
            return detect(frame);
          }
        }),
      );
    });
};

/** NaN is never speech: with it the user would be silent for ever. */
const numeric =
  (probability: SpeechProbability): SpeechProbability =>
  (frame) => {
    const value = probability(frame);
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    throw new AudioError('vadModel: gave no number', { code: 'bad_result' });
  };
