import { durationOf, type Millis } from '../audio.js';
import type { AudioCodec } from './audio-format.js';
import { type Finding, hear, hush, unheard, type VadMemory } from './server-vad.js';
import type { TurnDetection } from './shapes.js';

/** The input buffer: how much is in it and whether somebody speaks; the audio itself is not kept. */
export interface InputBuffer {
  readonly vad: VadMemory;
  /** Audio since the last commit or clear. */
  readonly bufferedMs: Millis;
  /** Where the speech that is going on began, prefix included. */
  readonly speechStartMs?: Millis;
  /** The item that this speech will be. */
  readonly speechItemId?: string;
}

/** A buffer that has heard nothing. */
export const emptyBuffer: InputBuffer = { vad: unheard, bufferedMs: 0 };

/** Audio that a commit must find. */
export const leastCommitMs: Millis = 100;

/**
 * Semantic VAD needs a model that understands; the energy detector stands in for it, with the silence that ends a turn
 * of server VAD by default.
 */
const standIn = { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 };

/** Takes in more audio; without turn detection it is only counted. */
export const appended = (
  buffer: InputBuffer,
  samples: Int16Array,
  { sampleRate }: AudioCodec,
  detection: TurnDetection | null,
): readonly [InputBuffer, readonly Finding[]] => {
  const bufferedMs = buffer.bufferedMs + durationOf(samples.length, sampleRate);
  if (detection === null) {
    const { vad } = buffer;
    return [{ ...buffer, vad: { ...hush(vad), heard: vad.heard + samples.length }, bufferedMs }, []];
  }
  const {
    threshold,
    prefix_padding_ms: prefixMs,
    silence_duration_ms: silenceMs,
  } = detection.type === 'server_vad' ? detection : standIn;
  const [vad, findings] = hear(buffer.vad, samples, { threshold, prefixMs, silenceMs, sampleRate });
  return [{ ...buffer, vad, bufferedMs }, findings];
};

/** Empties the buffer; the count of what was appended in the session goes on. */
export const emptied = ({ vad }: InputBuffer): InputBuffer => ({ vad: hush(vad), bufferedMs: 0 });
