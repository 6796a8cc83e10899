import { durationOf, type Hertz, type Millis } from '../audio.js';
import type { AudioCodec } from './audio-format.js';
import { type Finding, hear, hush, unheard, type VadMemory } from './server-vad.js';
import type { TurnDetection } from './shapes.js';

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

/**
 * Semantic VAD needs a model that understands; the energy detector stands in for it, with the silence that ends a turn
 * of server VAD by default.
 */
const standIn = { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 };

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
  detection: TurnDetection | null,
): readonly [InputBuffer, readonly Finding[]] => {
  const before = atRate(buffer, sampleRate);
  const bufferedMs = buffer.bufferedMs + durationOf(samples.length, sampleRate);
  if (detection === null) {
    const { vad } = before;
    return [{ ...before, vad: { ...hush(vad), heard: vad.heard + samples.length }, bufferedMs }, []];
  }
  const {
    threshold,
    prefix_padding_ms: prefixMs,
    silence_duration_ms: silenceMs,
  } = detection.type === 'server_vad' ? detection : standIn;
  const [vad, findings] = hear(before.vad, samples, { threshold, prefixMs, silenceMs, sampleRate });
  return [{ ...before, vad, bufferedMs }, findings];
};

/** Empties the buffer; the count of what was appended in the session goes on. */
export const emptied = ({ vad, sampleRate }: InputBuffer): InputBuffer => ({ vad: hush(vad), sampleRate, bufferedMs: 0 });
