import { durationOf, type Hertz, type Millis, samplesIn } from '../audio.js';

/** What the detector found, on the clock of the audio that was appended. */
export type Finding =
  | { readonly type: 'started'; readonly audioStartMs: Millis }
  | { readonly type: 'stopped'; readonly audioEndMs: Millis };

export interface ServerVadConfig {
  /** The session's `threshold`, 0 to 1; 0.5 is an RMS level of 0.02, where speech begins. */
  readonly threshold: number;
  /** Audio taken in from before the speech, in milliseconds. */
  readonly prefixMs: Millis;
  /** Silence that ends a turn, in milliseconds. */
  readonly silenceMs: Millis;
  readonly sampleRate: Hertz;
}

/** The detector's memory: counts only, no audio. */
export interface VadMemory {
  readonly speaking: boolean;
  /** Samples heard since the session began. */
  readonly heard: number;
  /** Of the window that is still open: samples and the sum of their squares. */
  readonly open: number;
  readonly energy: number;
  /** Windows in a row that say the opposite of `speaking`. */
  readonly against: number;
}

/** A detector that has heard nothing. */
export const unheard: VadMemory = { speaking: false, heard: 0, open: 0, energy: 0, against: 0 };

/** The service's times are multiples of 32 ms (recorded: 1760 and 4256), the window of its detector. */
const windowMs = 32;

/** Loud windows that make speech: 96 ms, so that a click makes none. */
const loudWindows = 3;

/** RMS at a threshold of 1. */
const fullLevel = 0.04;

/**
 * Hears more audio: an energy detector in media time, whatever the length of the pieces.
 *
 * @returns The new memory and what was found, in order.
 */
export const hear = (
  memory: VadMemory,
  samples: Int16Array,
  { threshold, prefixMs, silenceMs, sampleRate }: ServerVadConfig,
): readonly [VadMemory, readonly Finding[]] => {
  const size = samplesIn(windowMs, sampleRate);
  const floor = (threshold * fullLevel * 32768) ** 2 * size;
  const quietWindows = Math.max(1, Math.ceil(silenceMs / windowMs));
  const findings: Finding[] = [];
  let { speaking, heard, open, energy, against } = memory;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    energy += sample * sample;
    if (++open < size) continue;
    heard += size;
    against = energy >= floor === speaking ? 0 : against + 1;
    open = 0;
    energy = 0;
    if (!speaking && against === loudWindows) {
      speaking = true;
      const start = durationOf(heard - loudWindows * size, sampleRate) - prefixMs;
      findings.push({ type: 'started', audioStartMs: Math.max(0, Math.round(start)) });
      against = 0;
    } else if (speaking && against === quietWindows) {
      speaking = false;
      findings.push({ type: 'stopped', audioEndMs: Math.round(durationOf(heard, sampleRate)) });
      against = 0;
    }
  }
  return [{ speaking, heard, open, energy, against }, findings];
};

/** Forgets the speech that is going on, as a commit or a clear does, and keeps the count of what was heard. */
export const hush = (memory: VadMemory): VadMemory => ({ ...memory, speaking: false, against: 0 });
