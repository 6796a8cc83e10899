import type { Millis } from '../audio.js';

/** Whether audio is to be there soon, to sound well, or something of both. */
export type OptimizeFor = 'latency' | 'balanced' | 'quality';

/** All that `optimizeFor` sets; what the configuration sets itself goes before it. */
export interface Optimization {
  /** `chunkDurationMs`: how much audio goes through at a time. */
  readonly chunkDurationMs: Millis;
  /** Mode of enhancement, as of `enhance`: `latency` adds no delay, `balanced` at most 20 ms with its processing, `quality` 50. */
  readonly enhancement: OptimizeFor;
}

/** What `optimizeFor` sets. */
export const optimizations: Readonly<Record<OptimizeFor, Optimization>> = {
  latency: { chunkDurationMs: 10, enhancement: 'latency' },
  balanced: { chunkDurationMs: 20, enhancement: 'balanced' },
  quality: { chunkDurationMs: 20, enhancement: 'quality' },
};
