import * as E from '../either.js';
import { isObject } from './client-request.js';
import { type Failure, missing, outOfRange, unknownParameter, unsupportedValue, wrongType } from './failure.js';
import type { NewId } from './ids.js';
import { realtimeSession, sessionSeconds, transcriptionSession } from './session-defaults.js';
import { updateSession } from './session-update.js';
import type { Session } from './shapes.js';

type Json = Readonly<Record<string, unknown>>;

/** An ephemeral secret: it lets clients in until it expires, any number of times, with the session that it was minted for. */
export interface ClientSecret {
  /** `ek_` and 32 hexadecimal digits. */
  readonly value: string;
  /** Unix time in seconds; limits the start of sessions alone. */
  readonly expires_at: number;
  readonly session: Session;
}

/** Mints secrets and knows them again. */
export interface ClientSecrets {
  /** Answers the body of a `POST /v1/realtime/client_secrets`. */
  mint(body: unknown): E.Either<Failure, ClientSecret>;
  /** Also secrets that have expired, until the next one is minted. */
  find(value: string): ClientSecret | undefined;
}

const lifetime = { least: 10, most: 7200 };
const usualSeconds = 600;

const secondsOf = (after: unknown): E.Either<Failure, number> => {
  if (after === undefined || after === null) return E.right(usualSeconds);
  if (!isObject(after)) return E.left(wrongType('expires_after', 'an object'));
  const { anchor = 'created_at', seconds = usualSeconds } = after;
  if (anchor !== 'created_at') return E.left(unsupportedValue('expires_after.anchor', anchor, ['created_at']));
  if (typeof seconds !== 'number') return E.left(wrongType('expires_after.seconds', 'an integer'));
  const failure = outOfRange('expires_after.seconds', seconds, lifetime);
  return failure ? E.left(failure) : E.right(seconds);
};

const sessionOf = (settings: unknown, id: string, expiresAt: number): E.Either<Failure, Session> => {
  if (!isObject(settings)) return E.left(wrongType('session', 'an object'));
  const { type, model = 'gpt-realtime', ...changes }: Json = settings;
  if (type === undefined) return E.left(missing('session.type'));
  if (typeof model !== 'string') return E.left(wrongType('session.model', 'a string'));
  const fresh = type === 'transcription' ? transcriptionSession(id, expiresAt) : realtimeSession(model, id, expiresAt);
  return updateSession(fresh, { ...changes, type }, false);
};

/**
 * The secrets of one simulator.
 *
 * @param now The wall clock, in milliseconds since 1970: secrets expire by it.
 * @param random Numbers from 0 (inclusive) to 1 (exclusive).
 */
export const createClientSecrets = (now: () => number, newId: NewId, random: () => number = Math.random): ClientSecrets => {
  const known = new Map<string, ClientSecret>();
  const seconds = () => Math.floor(now() / 1000);

  const digits = () => Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');

  return {
    mint(body) {
      const { expires_after, session = { type: 'realtime' }, ...rest } = isObject(body) ? body : {};
      const [strange] = Object.keys(rest);
      if (strange !== undefined) return E.left(unknownParameter(strange));
      return E.chain((life: number) =>
        E.map((minted: Session): ClientSecret => {
          for (const [value, { expires_at }] of known) if (expires_at < seconds()) known.delete(value);
          const secret: ClientSecret = { value: `ek_${digits()}`, expires_at: seconds() + life, session: minted };
          known.set(secret.value, secret);
          return secret;
        })(sessionOf(session, newId('sess'), seconds() + sessionSeconds)),
      )(secondsOf(expires_after));
    },
    find: (value) => known.get(value),
  };
};
