import type { Command, VoiceEvent } from '../events.js';

/** Whether the user speaks, and whether what he says is yet to be answered. */
export interface SpeechState {
  /** As the client's VAD or the service's hears it. */
  readonly isSpeaking: boolean;
  /** Whether it may yet become a turn: from its beginning until its end is sent or answered, or it is dismissed. */
  readonly isDue: boolean;
}

export const initialSpeech: SpeechState = { isSpeaking: false, isDue: false };

/** Follows who says that the user speaks, and what becomes of it. */
export const speech = (state: SpeechState, entry: VoiceEvent | Command): SpeechState => {
  switch (entry.type) {
    case 'speech.started':
    case 'input_audio_buffer.speech_started':
      return state.isSpeaking && state.isDue ? state : { isSpeaking: true, isDue: true };
    case 'speech.stopped':
    case 'input_audio_buffer.speech_stopped':
      return state.isSpeaking ? { ...state, isSpeaking: false } : state;
    case 'input_audio_buffer.commit':
    case 'speech.dismissed':
      return settled(state);
    case 'input_audio_buffer.committed':
    case 'turn.delegated':
      return state.isSpeaking ? state : settled(state);
    case 'response.created':
      // One that begins while he speaks answers what was said before.
      return state.isSpeaking || entry.response.conversation_id === null ? state : settled(state);
    default:
      return state;
  }
};

const settled = (state: SpeechState): SpeechState => (state.isDue ? { ...state, isDue: false } : state);
