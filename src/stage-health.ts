import { type AudioFrame, durationOf, type Millis } from './audio.js';
import type { AudioStageBypassed, AudioStageEvent } from './events.js';

/** When a stage that fails is left alone. */
export interface StageLimits {
  /** So many failures in a row. */
  readonly maxFailures: number;
  /** For so much of media time. */
  readonly restMs: Millis;
}

/** Why a frame goes on as it came. */
export type StageFailure = Omit<AudioStageBypassed, 'type' | 'stage'>;

/** Whether a stage is fit to be given frames. */
export interface StageHealth {
  /** Whether it is left alone as this frame comes; the frames that come are what a rest is measured in. */
  rests(frame: AudioFrame): boolean;
  /** It failed; `counts` is false where that is not its own fault. Whether it is left alone from now on. */
  fail(failure: StageFailure, counts?: boolean): boolean;
  /** It did its work within the budget. */
  succeed(): void;
  /** What to tell ahead of a frame that goes on, `treated` or as it came: each change once. */
  change(treated: boolean): AudioStageEvent | undefined;
  /** Whether the last frame went on as it came. */
  readonly isBypassed: boolean;
}

/** Health of a stage, for one subscription. A stage that has rested is tried with one frame, and rests again when it fails. */
export const stageHealth = (stage: string, { maxFailures, restMs }: StageLimits): StageHealth => {
  let failures = 0;
  let restLeftMs: Millis = 0;
  let isBypassed = false;
  let last: StageFailure = { reason: 'overrun', durationMs: 0 };

  return {
    rests({ samples, sampleRate }) {
      if (restLeftMs <= 0) return false;
      restLeftMs -= durationOf(samples.length, sampleRate);
      return true;
    },
    fail(failure, counts = true) {
      last = failure;
      if (counts) failures += 1;
      if (failures < maxFailures) return false;
      restLeftMs = restMs;
      return true;
    },
    succeed() {
      failures = 0;
    },
    change(treated) {
      if (treated !== isBypassed) return undefined;
      isBypassed = !treated;
      return treated ? { type: 'audio.stage_restored', stage } : { type: 'audio.stage_bypassed', stage, ...last };
    },
    get isBypassed() {
      return isBypassed;
    },
  };
};
