import { energyVad } from '../dsp/energy-vad.js';
import type { SpeechProbability, VoiceModel } from '../dsp/model-vad.js';

/**
 * A model of speech that a conversation can do without: from the frame on at which it throws, cannot be opened or gives no number, speech is told by its
 * level. For one stream.
 *
 * @param adaptive Whether noise may then raise the lowest level that is speech.
 * @param failed Takes what was wrong, once.
 */
export const dispensableModel = (model: VoiceModel, adaptive: boolean, failed: (error: unknown) => void): VoiceModel => {
  const detect = energyVad({ adaptive, speechStartMs: 0, speechEndMs: 0 })();
  const byLevel: SpeechProbability = (frame) => (detect(frame).vad === 'speech' ? 1 : 0);
  let ask: SpeechProbability | undefined;

  const asking =
    (open: () => SpeechProbability): SpeechProbability =>
    (frame) => {
      try {
        ask ??= open();
        const probability = ask(frame);
        // NaN is never speech: with it the user would be silent for ever.
        if (!(probability <= Number.POSITIVE_INFINITY)) throw new TypeError('no number');
        return probability;
      } catch (error) {
        failed(error);
        ask = byLevel;
        return byLevel(frame);
      }
    };
  return typeof model === 'function' ? asking(() => model) : { open: () => asking(() => model.open()) };
};
