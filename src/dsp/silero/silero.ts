import { AudioError } from '../../errors.js';
import type { VoiceModel } from '../model-vad.js';
import { plainKernel, vectorKernel } from './kernel.js';
import { type SpeechNetwork, sileroNetwork } from './network.js';
import { assertWakeLevel, speechStream, type WakeConfig } from './speech-stream.js';

let loading: Promise<SpeechNetwork> | undefined;

const load = (): Promise<SpeechNetwork> => {
  loading ??= import('./silero-weights.js').then(
    ({ sileroWeights }) => sileroNetwork(sileroWeights, vectorKernel() ?? plainKernel()),
    (cause: unknown) => {
      loading = undefined;
      throw new AudioError('silero: the weights of the network could not be loaded', { code: 'backend_missing', cause });
    },
  );
  return loading;
};

/**
 * Loads Silero VAD, a small neural network that tells speech from other sound, once for the whole program (0.9 MB, 1.1 MB of memory).
 *
 * One model may serve any number of detectors at once: each has a state of its own. It hears audio of any rate, and of any frame length, in windows of
 * 32 ms, and rests while there is silence (see `WakeConfig`).
 *
 * @returns A promise of a model for `vad({ model: await silero() })`. It rejects with `AudioError` `backend_missing` when the weights cannot be
 * loaded, and the next call tries again.
 * @throws RangeError on call, when `wakeLevel` is outside 0 to 1.
 * @see {@link https://github.com/snakers4/silero-vad | Silero VAD}: version 6, MIT licence.
 */
export function silero({ wakeLevel = 0.002 }: WakeConfig = {}): Promise<VoiceModel> {
  assertWakeLevel(wakeLevel);
  return load().then((network) => ({ open: () => speechStream(network, { wakeLevel }) }));
}
