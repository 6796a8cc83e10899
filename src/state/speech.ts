import type { Command, VoiceEvent } from '../events.js';

/** Whether the user speaks. */
export interface SpeechState {
  /** As the client's VAD or the service's hears it. */
  readonly isSpeaking: boolean;
}

export const initialSpeech: SpeechState = { isSpeaking: false };

/** Follows who says that the user speaks. */
export const speech = (state: SpeechState, entry: VoiceEvent | Command): SpeechState => {
  switch (entry.type) {
    case 'speech.started':
    case 'input_audio_buffer.speech_started':
      return state.isSpeaking ? state : { isSpeaking: true };
    case 'speech.stopped':
    case 'input_audio_buffer.speech_stopped':
      return state.isSpeaking ? { isSpeaking: false } : state;
    default:
      return state;
  }
};
