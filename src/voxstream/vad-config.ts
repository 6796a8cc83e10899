import type { Millis } from '../audio.js';
import type { VoiceModel } from '../dsp/model-vad.js';

/** When sound is speech, for a `VoxStream`; all of it may be left out. */
export interface VADConfig {
  /**
   * How readily sound is taken for speech, 0 to 1: `thresholdOf` of `rxvox/audio` says which level or probability that is.
   * @default 0.7
   */
  readonly sensitivity?: number;
  /**
   * Milliseconds of sound that make speech.
   * @default 100
   */
  readonly speechStartMs?: Millis;
  /**
   * Milliseconds of quiet that end it.
   * @default 700
   */
  readonly speechEndMs?: Millis;
  /**
   * Milliseconds of audio that `getPreSpeechBuffer` keeps from before speech, 0 to 10000.
   * @default 300
   */
  readonly preSpeechBufferMs?: Millis;
  /**
   * What tells speech: the level, or a model, `await silero()` for one.
   * @default 'energy'
   */
  readonly model?: 'energy' | VoiceModel;
}
