import type { Millis } from '../audio.js';
import type { Command, VoiceEvent } from '../events.js';
import { refusedBy } from './acknowledgements.js';
import { type ConversationState, uncommittedMs } from './conversation.js';

/** How much of the user's voice became turns. */
export interface CommittedAudio {
  /** Audio that the provider has confirmed as turns, over all sessions; what a later session is sent again counts again. */
  readonly ms: Millis;
  /** Lengths of turns that have ended and are not confirmed, oldest first. */
  readonly pending: readonly Millis[];
  /** Where the service heard speech begin, its padding included, in milliseconds of the session's audio. */
  readonly beganMs: Millis | undefined;
}

export const initialCommittedAudio: CommittedAudio = { ms: 0, pending: [], beganMs: undefined };

/**
 * Follows the lengths of turns: those that the client ends hold all that was appended since, those that the service finds
 * what lies between the two moments that it tells; silence around them is not billed.
 *
 * @param before The conversation ahead of the entry.
 */
export const committedAudio = (state: CommittedAudio, entry: VoiceEvent | Command, before: ConversationState): CommittedAudio => {
  switch (entry.type) {
    case 'input_audio_buffer.commit':
      return awaited(state, uncommittedMs(before));
    case 'input_audio_buffer.speech_started':
      return { ...state, beganMs: entry.audio_start_ms };
    case 'input_audio_buffer.speech_stopped':
      return before.turns === 'client' || state.beganMs === undefined
        ? state
        : { ...awaited(state, entry.audio_end_ms - state.beganMs), beganMs: undefined };
    case 'input_audio_buffer.timeout_triggered':
      return awaited(state, entry.audio_end_ms - entry.audio_start_ms);
    case 'input_audio_buffer.committed':
      return { ...state, ms: state.ms + (state.pending[0] ?? 0), pending: state.pending.slice(1) };
    case 'error':
      return refusedBy(before.unacknowledged, entry)?.type === 'input_audio_buffer.commit'
        ? { ...state, pending: state.pending.slice(1) }
        : state;
    case 'connection.lost':
    case 'connection.rotating':
      return { ...initialCommittedAudio, ms: state.ms };
    default:
      return state;
  }
};

const awaited = (state: CommittedAudio, ms: Millis): CommittedAudio => ({
  ...state,
  pending: [...state.pending, Math.max(0, ms)],
});
