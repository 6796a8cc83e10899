import type { IncomingMessage } from 'node:http';
import * as E from '../either.js';
import type { ClientSecret, ClientSecrets } from './client-secrets.js';
import { type Failure, refuse } from './failure.js';
import type { Session } from './shapes.js';

/** What the client connected for. */
export interface Admission {
  /** Undefined for a transcription session. */
  readonly model: string | undefined;
  /** The settings that its secret was minted with. */
  readonly session?: Session;
}

/** Why the service closes right after the 101: the `error` event that it sends, then this code. */
export interface Rejection {
  readonly failure: Failure;
  /** 3000 for credentials, 4000 for the shape of the request. */
  readonly closeCode: 3000 | 4000;
}

/** Who and what is let in; all when left out. */
export interface Admissions {
  readonly apiKeys?: readonly string[];
  readonly models?: readonly string[];
}

const keyProtocol = 'openai-insecure-api-key.';

const protocolsOf = ({ headers }: IncomingMessage): readonly string[] =>
  String(headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim());

/** The key of a request: of the header, or of a browser, which can send subprotocols alone. */
const keyOf = (request: IncomingMessage): string | undefined =>
  /^(?:Bearer|Basic)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ??
  protocolsOf(request)
    .find((name) => name.startsWith(keyProtocol))
    ?.slice(keyProtocol.length);

/** The service shows the beginning and the end of a key; the simulator shows only the end, for it may be a real one. */
const masked = (key: string): string => `***${key.length > 8 ? key.slice(-4) : ''}`;

const wrongKey = (key: string): Failure =>
  refuse(
    'invalid_api_key',
    `Incorrect API key provided: ${masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
  );

const noKey = refuse(null, 'Missing bearer or basic authentication in header');

/**
 * Whose request this is, by its key.
 *
 * @returns The secret that it was made with, undefined where it was made with a key or needs none.
 */
const authenticated = (
  request: IncomingMessage,
  { apiKeys }: Admissions,
  secrets: ClientSecrets,
  now: number,
): E.Either<Failure, ClientSecret | undefined> => {
  const key = keyOf(request);
  const secret = key === undefined ? undefined : secrets.find(key);
  if (secret && key !== undefined) return secret.expires_at * 1000 >= now ? E.right(secret) : E.left(wrongKey(key));
  if (!apiKeys) return E.right(undefined);
  if (key === undefined) return E.left(noKey);
  return apiKeys.includes(key) ? E.right(undefined) : E.left(wrongKey(key));
};

/** Whether a request may mint secrets: with a key, not with a secret. */
export const mayMint = (request: IncomingMessage, { apiKeys }: Admissions): E.Either<Failure, void> => {
  const key = keyOf(request);
  if (!apiKeys || (key !== undefined && apiKeys.includes(key))) return E.right(undefined);
  return E.left(key === undefined ? noKey : wrongKey(key));
};

const speaksBeta = (request: IncomingMessage): boolean =>
  request.headers['openai-beta'] !== undefined || protocolsOf(request).includes('openai-beta.realtime-v1');

const modelOf = (
  request: IncomingMessage,
  { models }: Admissions,
  session: Session | undefined,
): E.Either<Failure, string | undefined> => {
  const query = new URL(request.url ?? '/', 'ws://simulator').searchParams;
  if (query.get('intent') === 'transcription' || session?.type === 'transcription') return E.right(undefined);
  const model = query.get('model') || session?.model;
  if (!model)
    return E.left(
      refuse(
        'missing_model',
        'You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime',
      ),
    );
  return models && !models.includes(model)
    ? E.left(refuse('invalid_model', `Model "${model}" is not supported in realtime mode.`))
    : E.right(model);
};

const rejecting =
  (closeCode: Rejection['closeCode']) =>
  (failure: Failure): Rejection => ({ failure, closeCode });

/** The reason in the close frame: `error.type`, then `error.code` where there is one. */
export const closeReason = ({ failure: { type, code } }: Rejection): string => (code === null ? type : `${type}.${code}`);

/** Whether this path is a Realtime endpoint: OpenAI's `/v1/realtime`, Azure's `/openai/v1/realtime`. */
export const isRealtimePath = (url: string | undefined): boolean => /^\/(openai\/)?v1\/realtime\/?(\?|$)/.test(url ?? '');

/**
 * Looks at the request of an upgrade, after it was granted, as the service does.
 *
 * @param now Unix time in milliseconds.
 */
export const admit = (
  request: IncomingMessage,
  admissions: Admissions,
  secrets: ClientSecrets,
  now: number,
): E.Either<Rejection, Admission> => {
  const secret = authenticated(request, admissions, secrets, now);
  if (E.isLeft(secret)) return E.left(rejecting(3000)(secret.left));
  if (speaksBeta(request)) return E.left(rejecting(4000)(betaIsOver));
  const session = secret.right?.session;
  const model = modelOf(request, admissions, session);
  if (E.isLeft(model)) return E.left(rejecting(4000)(model.left));
  return E.right({ model: model.right, ...(session ? { session } : {}) });
};

const betaIsOver = refuse(
  'beta_api_shape_disabled',
  'The Realtime Beta API is no longer supported. Leave out the OpenAI-Beta header and use the GA events.',
);
