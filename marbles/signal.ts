import type { Hertz, SampleIndex } from '../src/audio.js';

/** What a character of an audio diagram sounds like: silence, speech, noise, tone. */
export type SignalKind = '.' | 's' | 'n' | 't';

/** Where a signal begins, and how much of it is wanted. */
export interface SignalConfig {
  /** Index of the first sample; the same index always has the same value. */
  readonly position: SampleIndex;
  /** Number of samples. */
  readonly length: number;
  /** @default 24000 */
  readonly sampleRate?: Hertz;
}

type Wave = (index: SampleIndex, sampleRate: Hertz) => number;

const sine = (hz: Hertz, index: SampleIndex, sampleRate: Hertz): number => Math.sin((2 * Math.PI * hz * index) / sampleRate);

/** A hash of the index, so that noise has no state: -1 to 1, evenly spread (the finalizer of MurmurHash3). */
const random = (index: SampleIndex): number => {
  let hash = (index + 1) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x80000000 - 1;
};

/** Harmonics of 150 Hz, which fit into 20 ms a whole number of times: every frame is equally loud. */
const harmonics = [1, 0.8, 0.9, 0.5, 0.3, 0.35, 0.2, 0.1];
const harmonicsRms = Math.sqrt(harmonics.reduce((sum, weight) => sum + (weight * weight) / 2, 0));

const waves: Readonly<Record<SignalKind, Wave>> = {
  '.': () => 0,
  s: (index, sampleRate) =>
    harmonics.reduce((sum, weight, i) => sum + weight * sine(150 * (i + 1), index + i * 7, sampleRate), 0) * (0.1 / harmonicsRms),
  n: (index) => random(index) * 0.01 * Math.sqrt(3),
  t: (index, sampleRate) => sine(1000, index, sampleRate) * 0.1 * Math.SQRT2,
};

/**
 * Deterministic audio for tests: speech and tone (1 kHz) at 0.1 RMS, noise at 0.01, silence at 0.
 *
 * @param kind `.` silence, `s` speech, `n` noise, `t` tone.
 */
export function signal(kind: SignalKind, { position, length, sampleRate = 24_000 }: SignalConfig): Int16Array {
  return Int16Array.from({ length }, (_, i) => Math.round(waves[kind](position + i, sampleRate) * 32_767));
}

/** Whether a character of an audio diagram sounds. */
export const isSignalKind = (character: string): character is SignalKind => character in waves;
