import type { AudioFrame } from '../src/audio.js';

/** Where a hand-written frame stands in its stream. */
export type PcmConfig = Partial<Pick<AudioFrame, 'position' | 'sampleRate'>>;

/**
 * A frame of hand-written samples. At 1 kHz one sample is one millisecond, so `pcm(1, 2, 3)` is a chunk of 3 ms.
 *
 * @param args Samples, and last, if wanted, `{ position }` (default 0) or `{ sampleRate }` (default 1000): `pcm(4, 5, 6, { position: 3 })`.
 */
export function pcm(...args: number[] | [...number[], PcmConfig]): AudioFrame {
  const samples = Int16Array.from(args.filter((arg) => typeof arg === 'number'));
  const last = args.at(-1);
  return { samples, sampleRate: 1000, position: 0, ...(typeof last === 'object' ? last : {}) };
}
