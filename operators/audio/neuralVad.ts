import type { OperatorFunction } from 'rxjs';
import type { AudioFrame, VoiceFrame } from '../../src/audio.js';
import { type ModelVadConfig, modelVad } from '../../src/dsp/model-vad.js';
import { silero } from '../../src/dsp/silero/silero.js';
import { assertWakeLevel, type WakeConfig } from '../../src/dsp/silero/speech-stream.js';
import { thresholdOf } from '../../src/dsp/threshold-of.js';
import { transcode } from '../../src/transcode.js';

/** When a probability is speech, and when the network rests. */
export interface NeuralVadConfig extends ModelVadConfig, WakeConfig {
  /**
   * 0 to 1, in place of a threshold, which goes first: see `thresholdOf`.
   * @default 0.5
   */
  readonly sensitivity?: number;
}

/**
 * Says of every frame whether it holds speech, by a neural network (Silero VAD v6), and how loud it is: `vad` with the model `await silero()`,
 * which it loads with the first frame. In virtual time, where promises do not run, take that.
 *
 * Emits each frame at once, with the states of `vad`; what comes while the network loads is held, and goes first. Completes and errors with its source.
 *
 * @returns The frames with `vad` and `level`; samples are shared, not copied.
 * @throws RangeError on call, when threshold, sensitivity or wake level is outside 0 to 1 or a time is negative.
 * @throws AudioError `backend_missing`, in-stream, when the network cannot be loaded.
 */
export function neuralVad({
  wakeLevel = 0.002,
  sensitivity = 0.5,
  threshold = thresholdOf(sensitivity, 'neural'),
  ...times
}: NeuralVadConfig = {}): OperatorFunction<AudioFrame, VoiceFrame> {
  assertWakeLevel(wakeLevel);
  const config = { threshold, ...times };
  // Its arguments are checked on call, though there is no network yet.
  modelVad(() => 0, config);

  return transcode({
    open: () =>
      silero({ wakeLevel }).then((model) => {
        const detect = modelVad(model, config)();
        return { push: (frame) => [detect(frame)], flush: () => [], close() {} };
      }),
  });
}
