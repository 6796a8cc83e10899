import { durationOf, type Hertz, type Millis } from '../audio.js';
import type { AudioCodec } from './audio-format.js';
import { type Finding, hear, hush, type ServerVadConfig, unheard, type VadMemory } from './server-vad.js';
import type { SemanticVad, TurnDetection } from './shapes.js';

/** The input buffer: how much is in it and whether somebody speaks; the audio itself is not kept. */
export interface InputBuffer {
  readonly vad: VadMemory;
  /** Of the audio so far, which the detector counts in samples. */
  readonly sampleRate: Hertz;
  /** Audio since the last commit or clear. */
  readonly bufferedMs: Millis;
  /** Where the speech that is going on began, prefix included. */
  readonly speechStartMs?: Millis;
  /** The item that this speech will be. */
  readonly speechItemId?: string;
}

/** A buffer that has heard nothing. */
export const emptyBuffer: InputBuffer = { vad: unheard, sampleRate: 24000, bufferedMs: 0 };

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
export const detectorOf = (detection: TurnDetection, finishedAfterMs: Millis = 500): Omit<ServerVadConfig, 'sampleRate'> =>
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

/** Takes in more audio; without turn detection it is only counted. */
export const appended = (
  buffer: InputBuffer,
  samples: Int16Array,
  { sampleRate }: AudioCodec,
  detector: Omit<ServerVadConfig, 'sampleRate'> | null,
): readonly [InputBuffer, readonly Finding[]] => {
  const before = atRate(buffer, sampleRate);
  const bufferedMs = buffer.bufferedMs + durationOf(samples.length, sampleRate);
  if (detector === null) {
    const { vad } = before;
    return [{ ...before, vad: { ...hush(vad), heard: vad.heard + samples.length }, bufferedMs }, []];
  }
  const [vad, findings] = hear(before.vad, samples, { ...detector, sampleRate });
  return [{ ...before, vad, bufferedMs }, findings];
};

/** Empties the buffer; the count of what was appended in the session goes on. */
export const emptied = ({ vad, sampleRate }: InputBuffer): InputBuffer => ({ vad: hush(vad), sampleRate, bufferedMs: 0 });
