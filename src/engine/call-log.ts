import type { Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import type { WireMessage } from './tap-wire.js';

/** Writes what happens in a call as JSON lines, in order. */
export interface CallLog {
  /** A message of a socket; undefined where it is no JSON. */
  message(message: WireMessage, at: Millis): string | undefined;
  /** An event, or a reference to the message that it came by: those of a session that only stands by are none. */
  event(event: VoiceEvent, at: Millis): string;
}

/** Where MCP servers and the like are told who one is; in both directions, for the session says what it was told. */
const telling = /"(authorization|headers|api_?key|client_secret|password)"\s*:/i;
const secret = /^(authorization|headers|api_?key|client_secret|password)$/i;
const append = /^[^{}]*\{[^{}]*"type"\s*:\s*"input_audio_buffer\.append"/;
const idOf = /"event_id"\s*:\s*"([^"]+)"/;
/** Events come in the order of their messages, and soon after them. */
const rememberedIds = 1024;

const errorOf = (error: Error): object => ({ name: error.name, message: error.message });

/** Errors without stack and cause; nothing that tells who one is. */
const writable = (key: string, value: unknown): unknown => {
  if (secret.test(key)) return undefined;
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? errorOf(value) : value;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const stringify = (value: { readonly type: string }): string => {
  try {
    return JSON.stringify(value, writable);
  } catch {
    // It may hold itself, as arguments and errors of others do.
    return JSON.stringify({ type: value.type });
  }
};

/**
 * A message as it stands in the log. Audio of the user is left out: who plays a log again compares none, and it stands in the WAV beside it.
 * What is on one line and tells nothing goes in as it came.
 */
const written = (text: string): string | undefined => {
  if (append.test(text.slice(0, 200))) return '{"type":"input_audio_buffer.append","audio":""}';
  const message = parse(text);
  if (typeof message !== 'object' || message === null) return undefined;
  return text.includes('\n') || telling.test(text) ? JSON.stringify(message, writable) : text;
};

/** An empty log. */
export const createCallLog = (): CallLog => {
  let ids = new Set<string>();
  let before = ids;

  const remember = (id: string): void => {
    ids.add(id);
    if (ids.size < rememberedIds) return;
    before = ids;
    ids = new Set();
  };

  return {
    message({ connection, dir, data }, at) {
      const ev = typeof data === 'string' ? written(data) : undefined;
      if (ev === undefined) return undefined;
      const id = dir === 's2c' ? idOf.exec(ev)?.[1] : undefined;
      if (id !== undefined) remember(id);
      return `{"at":${Math.round(at)},"connection":${connection},"dir":"${dir}","ev":${ev}}\n`;
    },
    event(event, at) {
      if ('event_id' in event && (ids.has(event.event_id) || before.has(event.event_id)))
        return `{"at":${Math.round(at)},"of":${JSON.stringify(event.event_id)},"type":"${event.type}"}\n`;
      return `{"at":${Math.round(at)},"event":${stringify(event)}}\n`;
    },
  };
};
