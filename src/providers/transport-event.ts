import type { ServerEvent } from '../wire/server-event.js';
import type { Usage } from '../wire/usage.js';

/**
 * What a transport says, in few words. An answer of the assistant begins with the first of `response_started`, `audio`, `text`, `tool_call` and the
 * assistant's `transcript`, and ends with `response_done`, `interrupted`, the next `response_started`, or the final `text` of one without audio.
 */
export type TransportEvent =
  /** Voice of the assistant: PCM16, little endian, at the rate of `capabilities.output`; the next piece. */
  | { readonly type: 'audio'; readonly pcm: Uint8Array | Int16Array }
  /** What the assistant writes: the next piece. `isFinal`: the last; default false. */
  | { readonly type: 'text'; readonly text: string; readonly isFinal?: boolean }
  /**
   * Words that were spoken. Of the user (the default) all that were understood so far, until `isFinal` (default true). Of the assistant the next
   * piece of what its audio says.
   */
  | { readonly type: 'transcript'; readonly text: string; readonly role?: 'user' | 'assistant'; readonly isFinal?: boolean }
  /** The service heard the user begin, or end. */
  | { readonly type: 'speech_started' | 'speech_stopped' }
  /** The user has interrupted the assistant, as the service found: what is not heard yet is thrown away. */
  | { readonly type: 'interrupted' }
  | { readonly type: 'response_started' }
  /** The answer is complete, with all that it asks for: functions are answered from then on. `status`: default `completed`. */
  | {
      readonly type: 'response_done';
      readonly status?: 'completed' | 'cancelled' | 'incomplete' | 'failed';
      readonly usage?: Usage;
    }
  /** The model calls a function; `arguments` is an object, or JSON text. */
  | {
      readonly type: 'tool_call';
      readonly name: string;
      readonly arguments: string | Readonly<Record<string, unknown>>;
      readonly callId?: string;
    }
  /** Something was refused or went wrong; the session goes on. */
  | { readonly type: 'error'; readonly message: string; readonly code?: string }
  /** The session is over. `code`: as of a WebSocket; default 1000. */
  | { readonly type: 'closed'; readonly code?: number; readonly reason?: string }
  /** Anything of the GA vocabulary, as it is. */
  | ServerEvent;
