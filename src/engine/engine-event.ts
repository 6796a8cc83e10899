import { type AudioFrame, durationOf, type Hertz, type Millis } from '../audio.js';
import { clock, unixNow } from '../clock.js';
import type { EngineError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import type { SessionState } from '../state/session-state.js';

/** The microphone is open. */
export interface AudioInputStarted {
  readonly type: 'audio.input_started';
  /** As it was asked for, or `default`. */
  readonly device: string;
}
/** Audio of the user, as it was recorded. */
export interface AudioInputChunk {
  readonly type: 'audio.input_chunk';
  /** PCM16, little endian, mono, at the engine's `sampleRate`. */
  readonly audioData: Uint8Array;
  readonly durationMs: Millis;
}
/** An item of the assistant begins to sound; without a loudspeaker, its first audio has come. */
export interface AudioOutputStarted {
  readonly type: 'audio.output_started';
  readonly itemId: string;
}
/** Audio of the assistant, as it is received: faster than it plays. What is heard of it is told by `playout.progress`. */
export interface AudioOutputChunk {
  readonly type: 'audio.output_chunk';
  /** PCM16, little endian. */
  readonly audioData: Uint8Array;
  readonly sampleRate: Hertz;
  readonly channels: 1;
  readonly itemId: string;
  readonly responseId: string;
}
/** An item of the assistant sounds no more: it is over, or was thrown away; without a loudspeaker, all its audio has come. */
export interface AudioOutputStopped {
  readonly type: 'audio.output_stopped';
  readonly itemId: string;
  /** How much of it was heard, in milliseconds; 0 without a loudspeaker. */
  readonly heardMs: Millis;
}
/** The user has written something. */
export interface TextInput {
  readonly type: 'text.input';
  readonly text: string;
}
/** Words of the assistant, written or spoken, as they are received. What the user said is `transcript.user`. */
export interface TextOutput {
  readonly type: 'text.output';
  /** All of this part of the item so far, not only what is new. */
  readonly text: string;
  /** Whether more may come of it; each part ends with one event that says false. */
  readonly isPartial: boolean;
  readonly itemId: string;
  readonly responseId: string;
}
/** The first session is ready. */
export interface ConversationStarted {
  readonly type: 'turn.conversation_started';
}
/** The conversation is over: nothing comes after it. */
export interface ConversationEnded {
  readonly type: 'turn.conversation_ended';
  /** That of `connection.closed`, or the code of what ended it. */
  readonly reason: string;
}
/** The assistant begins an answer. */
export interface ResponseStarted {
  readonly type: 'turn.response_started';
  readonly responseId: string;
  /** `in_progress`. */
  readonly status: string;
}
/** An answer is received whole, or as much of it as there will be; it may sound for long yet. */
export interface ResponseCompleted {
  readonly type: 'turn.response_completed';
  readonly responseId: string;
  /** `completed`, `incomplete` or `failed`. */
  readonly status: string;
}
/** An answer was broken off. */
export interface ResponseCancelled {
  readonly type: 'turn.response_cancelled';
  readonly responseId: string;
  /** `cancelled`. */
  readonly status: string;
}
/** Something went wrong. */
export interface EngineFailure {
  readonly type: 'engine.error';
  readonly error: EngineError;
  /** That of the error: one line, without keys, audio or transcripts. */
  readonly errorMessage: string;
  /** Whether the conversation goes on. */
  readonly recoverable: boolean;
}

/** What only an engine says; all else are events of the stream. */
export type OwnEvent =
  | AudioInputStarted
  | AudioInputChunk
  | AudioOutputStarted
  | AudioOutputChunk
  | AudioOutputStopped
  | TextInput
  | TextOutput
  | ConversationStarted
  | ConversationEnded
  | ResponseStarted
  | ResponseCompleted
  | ResponseCancelled
  | EngineFailure;

/** Where an event comes from: the service, a microphone or loudspeaker, what the application does, or the engine itself. */
export type EventSource = 'provider' | 'device' | 'application' | 'engine';

/** What every event of an engine carries. */
export interface Stamp {
  /** Milliseconds since 1970, for people. It does not jump with the machine's clock, and so may differ from it. */
  readonly timestamp: Millis;
  /** Milliseconds of `clock`: to reckon with. */
  readonly at: Millis;
  readonly source: EventSource;
}

/** An event with its stamp, of each member of a union. */
export type Stamped<Event> = Event extends unknown ? Omit<Event, keyof Stamp> & Stamp : never;

/** Everything that an engine tells: its own events, and every event of the stream under its own type. */
export type EngineEvent = Stamped<OwnEvent | VoiceEvent>;

/** What an engine tells of an event, given the state after it. */
export type EngineEventFold = (event: VoiceEvent, state: SessionState) => readonly EngineEvent[];

/** An event as it is now. The stamp's `at` is when it is told, also where the event has one of its own. */
export const stamped = <Event extends OwnEvent | VoiceEvent>(event: Event, source: EventSource): Stamped<Event> =>
  // A spread of a generic is the intersection to the compiler, which cannot see that the stamp wins.
  ({ ...event, timestamp: unixNow(), at: clock.now(), source }) as unknown as Stamped<Event>;

/** Audio of the user as an event. */
export const inputChunk = ({ samples, sampleRate }: AudioFrame): Stamped<AudioInputChunk> =>
  stamped(
    { type: 'audio.input_chunk', audioData: bytesOf(samples), durationMs: durationOf(samples.length, sampleRate) },
    'device',
  );

/**
 * An error as an event.
 *
 * @param recoverable Whether the conversation goes on. Default: true.
 */
export const failureEvent = (error: EngineError, source: EventSource = 'engine', recoverable = true): Stamped<EngineFailure> =>
  stamped({ type: 'engine.error', error, errorMessage: error.message, recoverable }, source);

/** The samples' own bytes, not a copy. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const devices = /^(playout|audio\.device_|audio\.(output_st|input_st|drift))/;
const engines = /^(connection|turn|lane|tool|speech|transcript|diagnostic|engine|text|audio|conversation\.summarized)\b/;

/** Who says events of this type. */
export const sourceOf = (type: string): EventSource => {
  if (devices.test(type)) return 'device';
  if (type === 'lane.request') return 'application';
  return engines.test(type) ? 'engine' : 'provider';
};
