import type { Subscription } from 'rxjs';
import type { Respond, Script } from './answer.js';
import type { Conversation } from './conversation.js';
import type { NewId } from './ids.js';
import { emptyBuffer, type InputBuffer } from './input-audio.js';
import type { Pace } from './pace.js';
import { realtimeSession, transcriptionSession } from './session-defaults.js';
import type { Outgoing, Session } from './shapes.js';
import type { Speak } from './speech/voice.js';

/** What a simulated session needs from outside; it opens nothing itself. */
export interface SessionConfig {
  /** Undefined for a transcription session. */
  readonly model: string | undefined;
  readonly script: Script;
  readonly respond: Respond;
  readonly speak: Speak;
  readonly pace: Pace;
  readonly newId: NewId;
  /** When the session ends, in seconds since 1970. */
  readonly expiresAt: number;
}

/** All that one session remembers; its parts are values, replaced and never changed. */
export interface SessionState {
  session: Session;
  conversation: Conversation;
  readonly conversationId: string;
  buffer: InputBuffer;
  /** Turns of the user that were answered, which is where the script is. */
  turns: number;
  /** Tokens that the last response read and wrote. */
  known: number;
}

/** The way out of a session. */
export interface Line {
  /** Sends an event to the client. */
  readonly emit: (event: Outgoing) => void;
  /** Ends the session where the simulator itself has failed. */
  readonly fail: (error: unknown) => void;
  /** What is added to it ends with the session. */
  readonly lifetime: Subscription;
}

/** A session that has just begun. */
export const freshState = ({ model, newId, expiresAt }: SessionConfig): SessionState => ({
  session:
    model === undefined ? transcriptionSession(newId('sess'), expiresAt) : realtimeSession(model, newId('sess'), expiresAt),
  conversation: [],
  conversationId: newId('conv'),
  buffer: emptyBuffer,
  turns: 0,
  known: 0,
});
