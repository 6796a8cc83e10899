import { defaultTranscription, type SessionConfig } from './session-config.js';

/**
 * Sessions for common purposes, as values: `new VoiceEngine({ session: SessionPresets.ASSISTANT })`, or a part of one:
 * `{ ...SessionPresets.ASSISTANT, voice: 'cedar' }`.
 */
export const SessionPresets = {
  /** Talk: short answers, turns as the service understands them. */
  CONVERSATION: {
    instructions: 'Talk with the user as in a friendly conversation: short and natural, one thought at a time.',
    turnDetection: { type: 'semantic_vad', eagerness: 'auto' },
  },
  /** Help with tasks, with tools where there are any, and words written down. */
  ASSISTANT: {
    instructions:
      'Help the user. Be brief and exact, use the tools that you have, ask when something is not clear, and say so when you do not know.',
    turnDetection: { type: 'semantic_vad', eagerness: 'auto' },
    transcription: defaultTranscription,
    toolChoice: 'auto',
  },
  /** What is said is written down, and hardly answered; a turn ends after a second of silence. */
  TRANSCRIPTION: {
    instructions: 'The user dictates. Do not answer and do not comment; say only "Noted."',
    turnDetection: { type: 'server_vad', silence_duration_ms: 1000 },
    transcription: defaultTranscription,
    noiseReduction: 'near_field',
    maxOutputTokens: 64,
  },
  /** An interpreter into English; `translate: { to }` of the engine says which language. */
  TRANSLATION: {
    instructions: 'You are an interpreter. Say in English what the user said, all of it, with nothing added. Never answer it.',
    turnDetection: { type: 'server_vad', silence_duration_ms: 500 },
    transcription: defaultTranscription,
  },
  /** Calls of customers, who may be far from the microphone and may pause to look something up. */
  CUSTOMER_SERVICE: {
    instructions:
      'You answer calls of customers. Be polite and calm, find out what they need, read numbers and names back, and promise nothing that a tool has not confirmed.',
    turnDetection: { type: 'semantic_vad', eagerness: 'low' },
    transcription: defaultTranscription,
    noiseReduction: 'far_field',
    toolChoice: 'auto',
  },
  /** A button ends turns: nothing listens for silence. */
  PUSH_TO_TALK: { turnDetection: null },
} as const satisfies Readonly<Record<string, SessionConfig>>;
