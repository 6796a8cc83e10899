import type { Millis } from './audio.js';
import type { AudioStageTiming } from './events.js';

/** How long a stage took, since it was last asked. */
export interface StageTiming {
  /** The stage had a frame for so long. */
  worked(ms: Millis): void;
  /** A frame went on, `treated` or as it came. */
  left(treated: boolean): void;
  /** All since the last time. */
  take(): AudioStageTiming;
}

/** Times of a stage, for one subscription. */
export const stageTiming = (stage: string): StageTiming => {
  let frames = 0;
  let bypassed = 0;
  let worked = 0;
  let sumMs: Millis = 0;
  let maxMs: Millis = 0;
  return {
    worked(ms) {
      worked += 1;
      sumMs += ms;
      if (ms > maxMs) maxMs = ms;
    },
    left(treated) {
      frames += 1;
      if (!treated) bypassed += 1;
    },
    take() {
      const timing = { stage, frames, bypassed, meanMs: worked === 0 ? 0 : sumMs / worked, maxMs };
      frames = bypassed = worked = sumMs = maxMs = 0;
      return timing;
    },
  };
};
