import type { Observable, ObservableInput } from 'rxjs';
import type { Hertz, Millis } from '../audio.js';
import type { EngineError } from '../errors.js';
import type { MalformedEvent, UnknownEvent } from '../events.js';
import type { ClientEvent } from '../wire/client-event.js';
import type { ServerEvent, ServerEventOf } from '../wire/server-event.js';

/** A text or binary message of the socket. */
export type Frame = string | Uint8Array;

/** Where to connect and how to say who we are. */
export interface SocketRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

/** The sending half of an open socket. */
export interface Socket {
  /** Sends a message. */
  send(frame: Frame): void;
  /** Bytes that were sent and have not left the process; says nothing of the peer. */
  readonly bufferedAmount: number;
  /**
   * Asks the peer for a pong, which comes as an event. Absent where the platform cannot, in browsers.
   *
   * @param data What the pong is to give back, at most 125 bytes of ASCII; nothing by default.
   */
  ping?(data?: string): void;
  /** Ends at once, without a goodbye, for a peer that will not answer one. What the socket says afterwards does not matter. */
  terminate?(): void;
  /** Whether what was sent arrives so late that audio had better wait. Absent where nobody knows. */
  isLate?(): boolean;
  /** Whether nothing is known to have arrived for a second, of what should have. Absent where nobody knows. */
  isSilent?(): boolean;
}

/** An HTTP answer instead of an upgrade. */
export interface SocketRejected {
  readonly type: 'rejected';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** At most the first 64 KiB. */
  readonly body: string;
}

/** The peer answered a ping. */
export interface SocketPong {
  readonly type: 'pong';
  /** What the ping said; absent where the socket does not tell. */
  readonly data?: string;
  /** From the ping to here, where it was measured. */
  readonly rttMs?: Millis;
}

/** What a socket says. `open`, messages and pongs, `close`; or `rejected` alone. */
export type SocketEvent =
  | { readonly type: 'open'; readonly socket: Socket }
  | { readonly type: 'message'; readonly data: Frame }
  | SocketPong
  | {
      readonly type: 'close';
      readonly code: number;
      readonly reason: string;
      /** Whether this side ended it, for a message that it would not take. @default false */
      readonly isOurs?: boolean;
    }
  | SocketRejected;

/**
 * Opens a socket: subscribing connects, unsubscribing closes (by force when the peer does not answer within 1 s).
 *
 * Emits `open`, then messages and pongs as they come, then `close` and completes; or `rejected` and completes. Errors with
 * `ConnectionError` when there is no HTTP answer at all (`refused`, `dns`, `tls`, `timeout`).
 */
export type OpenSocket = (request: SocketRequest) => Observable<SocketEvent>;

/** Puts something around sockets, however they are opened: a look at what goes over them, a watch over the peer. */
export type WrapSocket = (openSocket: OpenSocket) => OpenSocket;

/** The audio of one direction. */
export interface AudioFormat {
  readonly encoding: 'pcm16' | 'pcmu' | 'pcma';
  readonly sampleRate: Hertz;
}

/** What a provider can do, as data. */
export interface Capabilities {
  readonly input: AudioFormat;
  readonly output: AudioFormat;
  /** Turns with a beginning and an end, or full duplex. */
  readonly style: 'turns' | 'continuous';
  /** Who cuts the assistant's item to what was heard. */
  readonly truncation: 'client' | 'server' | 'none';
  /** Whether it tells speech start and stop, or only that it was interrupted. */
  readonly speechEvents: boolean;
  /** Whether the client may end turns. */
  readonly manualTurns: boolean;
  readonly textOutput: boolean;
  /** Whether a lost session can be taken up again by a handle. */
  readonly resumption: 'none' | 'handle';
  readonly usage: 'tokens' | 'seconds';
  /** After how long the provider ends a session. */
  readonly maxSessionMs?: Millis;
}

/** What a frame said: events, or why it was passed over. */
export type ParsedEvent = ServerEvent | UnknownEvent | MalformedEvent;

/** The protocol of one connection; may hold state, such as ids that it had to make up. */
export interface Protocol {
  /** Who speaks first: frames to send as soon as the socket is open. None where the server greets. */
  readonly greeting: readonly Frame[];
  /** One frame may say several things, or nothing that concerns us. Never throws. */
  parse(frame: Frame): readonly ParsedEvent[];
  /** The frames that say it, or undefined where the provider has no such command. */
  serialize(command: ClientEvent): readonly Frame[] | undefined;
  /** Whether this event says that the session is ready. */
  isReady(event: ParsedEvent): boolean;
  /** Replies that the protocol needs by itself, such as pongs. */
  reply(event: ParsedEvent): readonly Frame[];
  /** How to end in good order where closing the socket is not enough: a frame to send and the event to wait for. */
  readonly farewell?: { readonly frame: Frame; isLast(event: ParsedEvent): boolean };
}

/** An AI voice service: address, credentials, mapping to the GA Realtime vocabulary. Opens no sockets itself. */
export interface Provider {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Asked at each attempt, so that credentials are fresh. Errors with `AuthenticationError` when there are none. */
  request(): ObservableInput<SocketRequest>;
  /**
   * Whether `request` has fresh credentials each time, so that refused ones are worth one more attempt.
   * @default false
   */
  readonly renewsCredentials?: boolean;
  /**
   * Its own way to be reached, in place of the sockets of the platform: a transport of another kind, or one within this process.
   * @default the `openSocket` that `realtime` is given
   */
  transport?(request: SocketRequest): Observable<SocketEvent>;
  /** Settings to send as soon as the session is ready. */
  readonly session?: Extract<ClientEvent, { readonly type: 'session.update' }>['session'];
  /** A fresh protocol for a fresh connection. */
  protocol(): Protocol;
  /** The first place of errors: an HTTP answer instead of an upgrade. */
  rejected(answer: SocketRejected): EngineError;
  /** The second: the socket was closed, perhaps after an `error` event had said why. */
  closed(code: number, reason: string, lastError?: ServerEventOf<'error'>): EngineError;
  /** The third: `response.done` with status `failed`; undefined where the response did not fail. */
  responseFailure(event: ServerEventOf<'response.done'>): EngineError | undefined;
  /**
   * Which provider an attempt is made with; asked at each, and may count it as begun. `failover` has it. The answer is
   * used for that connection, in all: address, settings, protocol, errors. Absent: this one.
   *
   * @param current The provider of a session that works (`Link.provider`); it is given back, the same object, unless a
   * better one can be tried.
   */
  choose?(current?: Provider): Provider;
  /**
   * Told when a session is ready, and with what error an attempt or a session ended; not when we ended it.
   * What it answers an error with is what `connect` errors with in its place.
   */
  report?(outcome: 'ready' | EngineError): EngineError | undefined;
  /**
   * Emits when `choose(current)` may give a better one than before. Never completes.
   */
  readonly changes$?: Observable<unknown>;
}
