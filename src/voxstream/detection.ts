import type { AudioFrame, VoiceFrame } from '../audio.js';
import { energyVad, type VoiceDetector } from '../dsp/energy-vad.js';
import { modelVad } from '../dsp/model-vad.js';
import { thresholdOf } from '../dsp/threshold-of.js';
import { checked } from './stream-config.js';
import { vadFields } from './stream-fields.js';
import type { VADConfig } from './vad-config.js';

/** A `VADConfig` with its defaults, and what it comes to. */
export interface Detection {
  readonly preSpeechBufferMs: number;
  /** Opens the detector of one stream. */
  readonly open: () => VoiceDetector;
}

/**
 * Reads how speech is told from sound.
 *
 * @throws ConfigError `invalid_config`, which names all fields that are wrong or unknown.
 */
export function detection(given: unknown = {}): Detection {
  const {
    sensitivity = 0.7,
    speechStartMs = 100,
    speechEndMs = 700,
    preSpeechBufferMs = 300,
    model = 'energy',
  } = checked<VADConfig>('VADConfig', vadFields, given);
  const times = { speechStartMs, speechEndMs };
  const open =
    model === 'energy'
      ? energyVad({ threshold: thresholdOf(sensitivity), ...times })
      : modelVad(model, { threshold: thresholdOf(sensitivity, 'neural'), ...times });
  return { preSpeechBufferMs, open };
}

/** Hears the frames of one stream as `current` says at the moment. */
export function followingDetector(current: () => Detection): (frame: AudioFrame) => VoiceFrame {
  let opened: Detection | undefined;
  let detect: VoiceDetector | undefined;
  return (frame) => {
    const wanted = current();
    if (!detect || wanted !== opened) {
      opened = wanted;
      detect = wanted.open();
    }
    return detect(frame);
  };
}
