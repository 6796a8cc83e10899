import * as E from '../either.js';
import { type Failure, missing, refuse, unsupportedValue, wrongType } from './failure.js';

/** The client events that the service takes on a WebSocket, in the order of its error message (probe of 2026-09-18). */
const supported = [
  'session.update',
  'session.close',
  'input_audio_buffer.append',
  'session.input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.truncate',
  'conversation.item.delete',
  'conversation.item.retrieve',
  'response.create',
  'response.cancel',
] as const;

/** What must be there, by type, and what it must be. */
const required: Readonly<Record<string, Readonly<Record<string, 'string' | 'integer' | 'object'>>>> = {
  'session.update': { session: 'object' },
  'input_audio_buffer.append': { audio: 'string' },
  'conversation.item.create': { item: 'object' },
  'conversation.item.truncate': { item_id: 'string', content_index: 'integer', audio_end_ms: 'integer' },
  'conversation.item.delete': { item_id: 'string' },
  'conversation.item.retrieve': { item_id: 'string' },
};

type Json = Readonly<Record<string, unknown>>;

/** A client event that the simulator acts on; what stands in objects is looked at by those who use it. */
export type Request = { readonly event_id?: string } & (
  | { readonly type: 'session.update'; readonly session: Json }
  | { readonly type: 'input_audio_buffer.append'; readonly audio: string }
  | { readonly type: 'input_audio_buffer.commit' | 'input_audio_buffer.clear' }
  | { readonly type: 'conversation.item.create'; readonly item: Json; readonly previous_item_id?: string | null }
  | {
      readonly type: 'conversation.item.truncate';
      readonly item_id: string;
      readonly content_index: number;
      readonly audio_end_ms: number;
    }
  | { readonly type: 'conversation.item.delete' | 'conversation.item.retrieve'; readonly item_id: string }
  | { readonly type: 'response.create'; readonly response?: Json | null }
  | { readonly type: 'response.cancel'; readonly response_id?: string }
);

/** A request that was turned down, with the id of the event that made it. */
export interface Refusal {
  readonly failure: Failure;
  readonly eventId: string | null;
}

/** Whether this is a JSON object. */
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const has = {
  string: { check: (value: unknown) => typeof value === 'string', words: 'a string' },
  integer: { check: (value: unknown) => Number.isInteger(value), words: 'an integer' },
  object: { check: isObject, words: 'an object' },
} as const;

const isSupported = (type: string): boolean => supported.some((name) => name === type);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const failureOf = (event: Json): Failure | undefined => {
  const { type } = event;
  if (type === undefined) return missing('type');
  if (typeof type !== 'string') return wrongType('type', 'a string');
  if (!isSupported(type)) return unsupportedValue('type', type, supported);
  if (type === 'session.close' || type === 'session.input_audio_buffer.append')
    return refuse('invalid_event', `'${type}' is for translation sessions only.`, 'type');
  if (type === 'response.create' && !isObject(event.response ?? {})) return wrongType('response', 'an object');
  for (const [name, kind] of Object.entries(required[type] ?? {})) {
    if (event[name] === undefined) return missing(name);
    if (!has[kind].check(event[name])) return wrongType(name, has[kind].words);
  }
  return undefined;
};

const appendFront = '{"type":"input_audio_buffer.append","audio":"';

/**
 * Audio as nearly every client writes it, without `JSON.parse`: 50 messages a second and caller are nothing else. Only
 * where one text without escapes stands between the quotes; whether it is audio is for `codec.decode` to say.
 */
const readAppend = (message: string): Request | undefined => {
  const end = message.length - 2;
  if (!message.startsWith(appendFront) || message.indexOf('"', appendFront.length) !== end || !message.endsWith('}'))
    return undefined;
  const audio = message.slice(appendFront.length, end);
  return audio.includes('\\') ? undefined : { type: 'input_audio_buffer.append', audio };
};

/**
 * Reads one message of the client, or says in the service's words why it cannot be taken.
 *
 * @param message Text, or bytes where the client sent a binary frame.
 */
export const readRequest = (message: string | Uint8Array): E.Either<Refusal, Request> => {
  if (typeof message !== 'string')
    return E.left({
      failure: refuse('invalid_event', 'Expected a text WebSocket message; binary frames are not supported.'),
      eventId: null,
    });
  const append = readAppend(message);
  if (append) return E.right(append);
  const event = parse(message);
  if (event === undefined)
    return E.left({
      failure: refuse('invalid_json', 'Invalid event: failed to parse JSON value. The message must be one JSON object.'),
      eventId: null,
    });
  if (!isObject(event))
    return E.left({ failure: refuse('invalid_event', 'Invalid event: expected a JSON object.'), eventId: null });
  const eventId = typeof event.event_id === 'string' ? event.event_id : null;
  const failure = failureOf(event);
  return failure ? E.left({ failure, eventId }) : E.right(event as unknown as Request);
};
