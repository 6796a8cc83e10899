import { durationOf, type Hertz, type Millis, samplesIn } from '../audio.js';

/** What the detector found, on the clock of the audio that was appended. */
export type Finding =
  | { readonly type: 'started'; readonly audioStartMs: Millis }
  | { readonly type: 'stopped'; readonly audioEndMs: Millis };

/** What is looked for. */
export interface Detector {
  /** The session's `threshold`, 0 to 1; 0.5 is an RMS level of 0.02, where speech begins. */
  readonly threshold: number;
  /** Audio taken in from before the speech, in milliseconds. */
  readonly prefixMs: Millis;
  /** Silence that ends a turn, in milliseconds. */
  readonly silenceMs: Millis;
}

const none: readonly Finding[] = [];

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

/** The service's times are multiples of 32 ms (recorded: 1760 and 4256), the window of its detector; one finding a window at most. */
export const windowMs: Millis = 32;

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
  { threshold, prefixMs, silenceMs }: Detector,
  sampleRate: Hertz,
): readonly [VadMemory, readonly Finding[]] => {
  const size = samplesIn(windowMs, sampleRate);
  const floor = (threshold * fullLevel * 32768) ** 2 * size;
  const quietWindows = Math.max(1, Math.ceil(silenceMs / windowMs));
  let findings: Finding[] | undefined;
  let { speaking, heard, open, energy, against } = memory;
  for (let at = 0; at < samples.length; ) {
    // Up to the end of the window or of the audio, without looking around.
    const end = Math.min(samples.length, at + size - open);
    open += end - at;
    for (; at < end; at++) {
      const sample = samples[at] as number;
      energy += sample * sample;
    }
    if (open < size) break;
    heard += size;
    against = energy >= floor === speaking ? 0 : against + 1;
    open = 0;
    energy = 0;
    if (!speaking && against === loudWindows) {
      speaking = true;
      const start = durationOf(heard - loudWindows * size, sampleRate) - prefixMs;
      findings = [...(findings ?? none), { type: 'started', audioStartMs: Math.max(0, Math.round(start)) }];
      against = 0;
    } else if (speaking && against === quietWindows) {
      speaking = false;
      findings = [...(findings ?? none), { type: 'stopped', audioEndMs: Math.round(durationOf(heard, sampleRate)) }];
      against = 0;
    }
  }
  return [{ speaking, heard, open, energy, against }, findings ?? none];
};

/** Forgets the speech that is going on, as a commit or a clear does, and keeps the count of what was heard. */
export const hush = (memory: VadMemory): VadMemory => ({ ...memory, speaking: false, against: 0 });
