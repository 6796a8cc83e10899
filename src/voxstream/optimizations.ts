import type { Millis } from '../audio.js';

/** Whether audio is to be there soon, to sound well, or something of both. */
export type OptimizeFor = 'latency' | 'balanced' | 'quality';

/** All that `optimizeFor` sets; what the configuration sets itself goes before it. */
export interface Optimization {
  /** `chunkDurationMs`: how much audio goes through at a time. */
  readonly chunkDurationMs: Millis;
  /** What enhancement may cost: `latency` adds at most 5 ms of delay and processing, `balanced` 20, `quality` 50. */
  readonly enhancement: OptimizeFor;
  /** Quality of conversion to another rate, 0 to 10: the filter of `resample`. */
  readonly resampling: number;
}

/** What `optimizeFor` sets. */
export const optimizations: Readonly<Record<OptimizeFor, Optimization>> = {
  latency: { chunkDurationMs: 10, enhancement: 'latency', resampling: 3 },
  balanced: { chunkDurationMs: 20, enhancement: 'balanced', resampling: 5 },
  quality: { chunkDurationMs: 20, enhancement: 'quality', resampling: 8 },
};
