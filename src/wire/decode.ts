import * as t from 'io-ts';
import * as E from '../either.js';
import { readAudioDelta } from './audio-delta.js';
import { ClientEvent } from './client-event.js';
import { gaName } from './legacy.js';
import { pathsOf } from './paths.js';
import { ServerEvent } from './server-event.js';

/** Why a message is not an event; holds nothing of what the message said. */
export interface DecodeFailed {
  /** `unknown`: an event that this version does not know. `malformed`: one that it knows, with something wrong in it. */
  readonly kind: 'unknown' | 'malformed';
  /** The event's own `type`, at most 100 characters of it; '' where it has none. */
  readonly eventType: string;
  /** Where it does not fit, for example `response.usage.total_tokens`, at most 20; `(not JSON)` where it is none. */
  readonly paths: readonly string[];
}

const failed = (kind: DecodeFailed['kind'], type: unknown, paths: readonly string[] = []): E.Either<DecodeFailed, never> =>
  E.left({ kind, eventType: typeof type === 'string' ? type.slice(0, 100) : '', paths });

const parse = (text: string): E.Either<DecodeFailed, unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch {
    return failed('malformed', undefined, ['(not JSON)']);
  }
};

const decodeWith =
  <Event>(codec: t.Type<Event>) =>
  (text: string): E.Either<DecodeFailed, Event> => {
    const json = parse(text);
    if (E.isLeft(json)) return json;

    const message = json.right;
    if (!t.UnknownRecord.is(message)) return failed('malformed', undefined, ['(not an object)']);
    const { type } = message;
    if (type === undefined) return failed('unknown', type);
    if (typeof type !== 'string') return failed('malformed', type, ['type']);

    const name = gaName(type);
    const event = codec.decode(name === type ? message : { ...message, type: name });
    if (E.isRight(event)) return event;
    // The union of events itself did not know the type: no member was tried.
    const unknown = event.left.every(({ context }) => context.length === 1);
    return unknown ? failed('unknown', type) : failed('malformed', type, pathsOf(event.left));
  };

const decodeServerMessage = decodeWith(ServerEvent);

/**
 * Reads one text message of a service: the only door from `unknown` to `ServerEvent`. Never throws.
 *
 * Beta names become GA names. Unknown fields pass through. Audio takes a way of its own, without `JSON.parse`.
 */
export const decodeServerEvent = (text: string): E.Either<DecodeFailed, ServerEvent> => {
  const audio = readAudioDelta(text);
  return audio === undefined ? decodeServerMessage(text) : E.right(audio);
};

/** Reads one text message of a client, as a service must. Never throws. */
export const decodeClientEvent: (text: string) => E.Either<DecodeFailed, ClientEvent> = decodeWith(ClientEvent);
