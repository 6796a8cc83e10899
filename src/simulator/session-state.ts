import type { Subscription } from 'rxjs';
import type { Millis } from '../audio.js';
import type { Respond, Script } from './answer.js';
import type { Conversation } from './conversation.js';
import type { Transcribe } from './hearing.js';
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
  /** Settings to begin with, in place of the model's own. */
  readonly settings?: Session;
  readonly script: Script;
  readonly respond: Respond;
  readonly speak: Speak;
  readonly pace: Pace;
  readonly newId: NewId;
  /** Understands what the user says, where the script does not tell. */
  readonly transcribe?: Transcribe;
  /** Whether so much is on its way to the client that nothing more is to be made for it. */
  readonly isFull: () => boolean;
  /** When the session ends, in seconds since 1970; only told. */
  readonly expiresAt: number;
  /** After how long it ends; never, where that is not finite. */
  readonly lifeMs: Millis;
}

/** All that one session remembers; its parts are values, replaced and never changed. */
export interface SessionState {
  session: Session;
  conversation: Conversation;
  readonly conversationId: string;
  buffer: InputBuffer;
  /** Turns of the user that were answered, which is where the script is. */
  turns: number;
  /** Things that the user said. */
  utterances: number;
  /** Tokens that the last response read and wrote. */
  known: number;
  /** When the client has played all that it was sent, on the clock of appended audio. */
  playedUntilMs: Millis;
  /** Since when nobody speaks, on the same clock; undefined while somebody does. */
  idleFromMs: Millis | undefined;
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

const freshSession = ({ model, settings, newId, expiresAt }: SessionConfig): Session => {
  const id = newId('sess');
  const fresh = model === undefined ? transcriptionSession(id, expiresAt) : realtimeSession(model, id, expiresAt);
  return settings ? ({ ...settings, id, expires_at: expiresAt, ...(model === undefined ? {} : { model }) } as Session) : fresh;
};

/** A session that has just begun. */
export const freshState = (config: SessionConfig): SessionState => ({
  session: freshSession(config),
  conversation: [],
  conversationId: config.newId('conv'),
  buffer: emptyBuffer,
  turns: 0,
  utterances: 0,
  known: 0,
  playedUntilMs: 0,
  idleFromMs: undefined,
});
