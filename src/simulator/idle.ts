import type { Millis } from '../audio.js';
import { heardMs } from './input-audio.js';
import type { SessionState } from './session-state.js';

/** The service's times are multiples of this (recorded and documented: 672, 5792, 13216, 19232). */
const gridMs = 32;

const onGrid = (ms: Millis): Millis => Math.ceil(ms / gridMs) * gridMs;

/** The stretch of appended audio in which nobody spoke. */
export interface Idle {
  readonly startMs: Millis;
  readonly endMs: Millis;
}

/**
 * Whether `idle_timeout_ms` of audio were appended since the last answer had played, and nobody spoke.
 *
 * Counted in audio, as the service does: who sends none is not timed out.
 */
export const idleOf = ({ session, buffer, idleFromMs }: SessionState): Idle | undefined => {
  const { turn_detection: vad } = session.audio.input;
  if (session.type !== 'realtime' || vad?.type !== 'server_vad' || !vad.idle_timeout_ms) return undefined;
  if (idleFromMs === undefined || buffer.speechItemId !== undefined) return undefined;
  const startMs = onGrid(idleFromMs);
  const endMs = startMs + onGrid(vad.idle_timeout_ms);
  return heardMs(buffer) >= endMs ? { startMs, endMs } : undefined;
};

/** What the service tells its model; the recording shows no more of it. */
export const idleNotice = 'No user speech was detected for a while. Please review the recorded audio.';
