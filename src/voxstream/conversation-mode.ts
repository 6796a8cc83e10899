import type { Millis } from '../audio.js';

/** How a conversation is held: how soon a pause is the end of a turn, and what counts as an interruption. {@link conversationModes} says what each sets. */
export const ConversationMode = { NATURAL: 'natural', FORMAL: 'formal', RAPID: 'rapid' } as const;
/** One of {@link ConversationMode}. */
export type ConversationMode = (typeof ConversationMode)[keyof typeof ConversationMode];

/** All that a mode of conversation sets. */
export interface ConversationSettings {
  /** Quiet after which the user has finished. */
  readonly finishedMs: Millis;
  /** How long the user must speak over the other side to interrupt it. */
  readonly interruptionMs: Millis;
  /** Silence of both after which a pause is long. */
  readonly longPauseMs: Millis;
}

/** What the modes set: a formal conversation leaves time to think, and takes assent for no interruption; a rapid one does neither. */
export const conversationModes: Readonly<Record<ConversationMode, ConversationSettings>> = {
  natural: { finishedMs: 700, interruptionMs: 300, longPauseMs: 3000 },
  formal: { finishedMs: 1200, interruptionMs: 600, longPauseMs: 5000 },
  rapid: { finishedMs: 400, interruptionMs: 150, longPauseMs: 1500 },
};

/** Modes for trying things out. `LOCAL_MIC`: the microphone is the source of a continuous stream to which none was connected; the conversation is natural. */
export const TestMode = { LOCAL_MIC: 'local_mic' } as const;
/** One of {@link TestMode}. */
export type TestMode = (typeof TestMode)[keyof typeof TestMode];
