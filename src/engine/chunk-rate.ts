import type { Millis } from '../audio.js';

/** Counts what comes in the running second and the one before. */
export interface ChunkRate {
  /** When the running second began; undefined before the first chunk. */
  readonly since: Millis | undefined;
  readonly count: number;
  /** Chunks of the second before; undefined where there was none. */
  readonly before: number | undefined;
}

export const initialChunkRate: ChunkRate = { since: undefined, count: 0, before: undefined };

const secondMs: Millis = 1000;

/** One more chunk at `at`, in milliseconds of `clock`. */
export const chunkRate = (rate: ChunkRate, at: Millis): ChunkRate => {
  const { since = at, count, before } = upTo(rate, at);
  return { since, count: count + 1, before };
};

/** Chunks a second at `at`: those of the last second, where those of the second before count as spread evenly. 0 before the first. */
export const chunksPerSecond = (rate: ChunkRate, at: Millis): number => {
  const { since, count, before } = upTo(rate, at);
  if (since === undefined) return 0;
  const part = (at - since) / secondMs;
  if (before !== undefined) return before * (1 - part) + count;
  // The chunk that began it all was recorded before.
  return part > 0 ? (count - 1) / part : 0;
};

/** The same, with `at` in its running second. */
const upTo = (rate: ChunkRate, at: Millis): ChunkRate => {
  const { since, count } = rate;
  if (since === undefined || at < since + secondMs) return rate;
  const seconds = Math.floor((at - since) / secondMs);
  return { since: since + seconds * secondMs, count: 0, before: seconds === 1 ? count : 0 };
};
