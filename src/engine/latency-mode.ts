import type { Millis } from '../audio.js';

/** Whether to answer as soon as possible, as well as possible, or in between. */
export type LatencyMode = 'ultra_low' | 'balanced' | 'quality';

/** All that a latency mode sets; what the configuration sets itself goes before it. */
export interface LatencySettings {
  /** `chunkDurationMs`: how much audio is sent at a time. */
  readonly chunkDurationMs: Millis;
  /** How long an answer waits for the decision about its lane. */
  readonly decideWithinMs: Millis;
  /** `SwitchContext.latencyBudgetMs`: what an analyzer is told an answer may take. */
  readonly latencyBudgetMs: Millis;
  /** Noise reduction at the service, ahead of its model and of its turn detection; undefined leaves the service's own setting, which is none. */
  readonly noiseReduction: 'near_field' | undefined;
  /**
   * Whether the user's voice is enhanced here, ahead of the detector of speech: noise, rumble and level, as `enhance` of `rxvox/audio` does it in its mode
   * `quality`. The sound comes 30 to 38 ms later.
   */
  readonly isEnhanced: boolean;
  /** `echoCancellation`: whether what the loudspeaker plays is taken out of what the microphone hears. The sound comes 2.7 ms later at 24 kHz. */
  readonly echoCancellation: boolean;
  /** With `vadType: 'semantic'`: how readily the service takes a pause for the end; it waits at most 2, 4 or 8 s. */
  readonly eagerness: 'high' | 'auto' | 'low';
}

/**
 * What the latency modes set. `ultra_low` sends twice as often, and neither enhances audio nor lets answers wait; `quality` enhances, and waits twice as
 * long for words. Of an answer's latency the service's model takes most in each of them.
 */
export const latencyModes: Readonly<Record<LatencyMode, LatencySettings>> = {
  ultra_low: {
    chunkDurationMs: 10,
    decideWithinMs: 0,
    latencyBudgetMs: 50,
    noiseReduction: undefined,
    isEnhanced: false,
    echoCancellation: false,
    eagerness: 'high',
  },
  balanced: {
    chunkDurationMs: 20,
    decideWithinMs: 150,
    latencyBudgetMs: 200,
    noiseReduction: undefined,
    isEnhanced: false,
    echoCancellation: false,
    eagerness: 'auto',
  },
  quality: {
    chunkDurationMs: 20,
    decideWithinMs: 300,
    latencyBudgetMs: 500,
    noiseReduction: 'near_field',
    isEnhanced: true,
    echoCancellation: true,
    eagerness: 'low',
  },
};
