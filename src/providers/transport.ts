import type { Observable, ObservableInput } from 'rxjs';
import type { Millis } from '../audio.js';
import type { Item } from '../wire/item.js';
import type { ResponseParams } from '../wire/response.js';
import type { SessionPatch } from '../wire/session.js';
import type { Capabilities } from './provider.js';
import type { TransportEvent } from './transport-event.js';

/** What a method may answer: nothing, or something to wait for, the value of which does not matter. */
// biome-ignore lint/suspicious/noConfusingVoidType: A method that returns nothing is as good as one that returns a promise.
export type Outcome = void | ObservableInput<unknown>;

/**
 * An object that brings its own way to a service, such as a client library. Five members are enough; each further one is something more that the
 * service can do, and what there is no member for is `diagnostic.command_unsupported` when it is asked for. What throws or rejects is told as an `error` event, and the
 * conversation goes on; `connect` alone ends the attempt.
 */
export interface Transport {
  /** Called for each session. An `EngineError` says by itself whether another attempt can help; any other counts as one that can. */
  connect(metadata: Readonly<Record<string, unknown>>): Outcome;
  /** Called once for each `connect`, whatever came of it. */
  disconnect(): Outcome;
  /** Audio of the user: PCM16, little endian, at the rate of `capabilities.input`, as it was given. */
  sendAudio(pcm: Uint8Array): Outcome;
  /** Something that the user writes. The service answers it by itself, or when `createResponse` is called. */
  sendText(text: string): Outcome;
  /** What the service says, from `connect` on. Completing or failing is the loss of the session. */
  readonly events$: Observable<TransportEvent>;
  /**
   * What it can do, where it is otherwise than `fromTransport` thinks.
   * @default PCM16 at 24 kHz, turns, speech events, no text, no resumption, usage in tokens
   */
  readonly capabilities?: Partial<Capabilities>;
  /**
   * Asks for an answer.
   * @default the service answers by itself, and need not be asked
   */
  createResponse?(params: ResponseParams): Outcome;
  /** Stops the answer. */
  interrupt?(): Outcome;
  /** Cuts the last answer to what was heard of it. */
  truncate?(heardMs: Millis): Outcome;
  /** Ends the user's turn. */
  commit?(): Outcome;
  /** Throws away audio that is not part of a turn yet. */
  clear?(): Outcome;
  /** What a function has answered. */
  sendToolResult?(result: { readonly callId: string; readonly output: string }): Outcome;
  /** Shows an image: its address, `https:` or `data:`. */
  sendImage?(url: string): Outcome;
  /** Changes settings; those that are not given stay. */
  updateSession?(settings: SessionPatch): Outcome;
  /** Puts something into the history that was said before, in another session: it is not to be answered. */
  remember?(item: Item): Outcome;
}
