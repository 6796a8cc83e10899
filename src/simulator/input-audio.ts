import { durationOf, type Hertz, type Millis } from '../audio.js';
import type { AudioCodec } from './audio-format.js';
import { type Detector, type Finding, hear, hush, unheard, type VadMemory } from './server-vad.js';
import type { SemanticVad, TurnDetection } from './shapes.js';

/** The input buffer: how much is in it and whether somebody speaks; the audio itself is not kept. */
export interface InputBuffer {
  readonly vad: VadMemory;
  /** Of the audio so far, which the detector counts in samples. */
  readonly sampleRate: Hertz;
  /** Audio since the last commit or clear. */
  readonly bufferedMs: Millis;
  /** Where the speech that is going on began, prefix included. */
  readonly speechStartMs: Millis | undefined;
  /** The item that this speech will be. */
  readonly speechItemId: string | undefined;
}

/** A buffer that has heard nothing. */
export const emptyBuffer: InputBuffer = {
  vad: unheard,
  sampleRate: 24_000,
  bufferedMs: 0,
  speechStartMs: undefined,
  speechItemId: undefined,
};

/** Audio that a commit must find. */
export const leastCommitMs: Millis = 100;

/** How long semantic VAD waits at most for somebody who has not finished (documented). */
const longestWaitMs: Readonly<Record<SemanticVad['eagerness'], Millis>> = { low: 8000, medium: 4000, auto: 4000, high: 2000 };

/**
 * Server VAD as it is set. Semantic VAD needs a model that understands: the energy detector stands in for it, and the
 * script, or 500 ms, for the model's decision.
 *
 * @param finishedAfterMs Silence after which the user has finished, as the script has it.
 */
export const detectorOf = (detection: TurnDetection, finishedAfterMs: Millis = 500): Detector =>
  detection.type === 'server_vad'
    ? {
        threshold: detection.threshold,
        prefixMs: detection.prefix_padding_ms,
        silenceMs: detection.silence_duration_ms,
      }
    : { threshold: 0.5, prefixMs: 300, silenceMs: Math.min(finishedAfterMs, longestWaitMs[detection.eagerness]) };

/** How much was appended in the session. */
export const heardMs = ({ vad: { heard, open }, sampleRate }: InputBuffer): Millis => durationOf(heard + open, sampleRate);

/** After a change of format the count goes on in samples of the new rate. */
const atRate = (buffer: InputBuffer, sampleRate: Hertz): InputBuffer => {
  if (sampleRate === buffer.sampleRate) return buffer;
  const heard = Math.round(((buffer.vad.heard + buffer.vad.open) * sampleRate) / buffer.sampleRate);
  return { ...buffer, vad: { ...buffer.vad, heard, open: 0, energy: 0 }, sampleRate };
};

const quiet: readonly Finding[] = [];

/** Takes in more audio; without turn detection it is only counted. */
export const appended = (
  buffer: InputBuffer,
  samples: Int16Array,
  { sampleRate }: AudioCodec,
  detector: Detector | null,
): readonly [InputBuffer, readonly Finding[]] => {
  const { vad: before, bufferedMs, speechStartMs, speechItemId } = atRate(buffer, sampleRate);
  const [vad, findings] =
    detector === null
      ? [{ ...hush(before), heard: before.heard + samples.length }, quiet]
      : hear(before, samples, detector, sampleRate);
  // Written out: a spread takes ten times as long, and this is done for every message with audio.
  const after = { vad, sampleRate, bufferedMs: bufferedMs + durationOf(samples.length, sampleRate), speechStartMs, speechItemId };
  return [after, findings];
};

/** Empties the buffer; the count of what was appended in the session goes on. */
export const emptied = ({ vad, sampleRate }: InputBuffer): InputBuffer => ({
  ...emptyBuffer,
  vad: hush(vad),
  sampleRate,
});
