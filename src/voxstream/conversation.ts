import type { Millis, VoiceFrame } from '../audio.js';

/** What happens between the two sides, as their audio tells. */
export type ConversationEvent =
  /** The user has begun to speak. */
  | { readonly type: 'user_speaking' }
  /** The user has stopped, for longer than a pause is in this mode. */
  | { readonly type: 'user_finished'; readonly durationMs: Millis }
  /** The user speaks over the other side, for longer than a word of assent takes. */
  | { readonly type: 'user_interruption' }
  /** Nobody has spoken for long. */
  | { readonly type: 'long_pause'; readonly silentMs: Millis }
  /** Both speak at once. */
  | { readonly type: 'speech_overlap' };

/** A fold over both sides. */
export interface Conversation {
  /** What the user's next chunk tells. */
  near(frame: VoiceFrame): readonly ConversationEvent[];
  /** What the other side's next chunk tells. */
  far(frame: VoiceFrame): readonly ConversationEvent[];
}
