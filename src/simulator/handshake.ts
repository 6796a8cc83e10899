import type { IncomingMessage } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import { type Failure, refuse } from './failure.js';

/** What the client connected for. */
export interface Admission {
  /** Undefined for a transcription session. */
  readonly model: string | undefined;
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

const protocolsOf = (header: string | string[] | undefined): readonly string[] =>
  String(header ?? '')
    .split(',')
    .map((name) => name.trim());

const keyOf = ({ headers }: IncomingMessage): string | undefined =>
  /^(?:Bearer|Basic)\s+(.+)$/i.exec(headers.authorization ?? '')?.[1] ??
  protocolsOf(headers['sec-websocket-protocol'])
    .find((name) => name.startsWith(keyProtocol))
    ?.slice(keyProtocol.length);

/** The service shows the beginning and the end of a key; the simulator shows only the end, for it may be a real one. */
const masked = (key: string): string => `***${key.length > 8 ? key.slice(-4) : ''}`;

const reject = (closeCode: Rejection['closeCode'], code: string | null, message: string): E.Either<Rejection, never> =>
  E.left({ closeCode, failure: refuse(code, message) });

/** The reason in the close frame: `error.type`, then `error.code` where there is one. */
export const closeReason = ({ failure: { type, code } }: Rejection): string => (code === null ? type : `${type}.${code}`);

/** Whether this path is a Realtime endpoint: OpenAI's `/v1/realtime`, Azure's `/openai/v1/realtime`. */
export const isRealtimePath = (url: string | undefined): boolean => /^\/(openai\/)?v1\/realtime\/?(\?|$)/.test(url ?? '');

/** Looks at the request of an upgrade, after it was granted, as the service does. */
export const admit = (request: IncomingMessage, { apiKeys, models }: Admissions): E.Either<Rejection, Admission> => {
  const key = keyOf(request);
  if (apiKeys && key === undefined) return reject(3000, null, 'Missing bearer or basic authentication in header');
  if (apiKeys && key !== undefined && !apiKeys.includes(key))
    return reject(
      3000,
      'invalid_api_key',
      `Incorrect API key provided: ${masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    );
  if (
    request.headers['openai-beta'] !== undefined ||
    protocolsOf(request.headers['sec-websocket-protocol']).includes('openai-beta.realtime-v1')
  )
    return reject(
      4000,
      'beta_api_shape_disabled',
      'The Realtime Beta API is no longer supported. Leave out the OpenAI-Beta header and use the GA events.',
    );
  const query = new URL(request.url ?? '/', 'ws://simulator').searchParams;
  if (query.get('intent') === 'transcription') return E.right({ model: undefined });
  const model = query.get('model');
  if (!model)
    return reject(
      4000,
      'missing_model',
      'You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime',
    );
  if (models && !models.includes(model))
    return reject(4000, 'invalid_model', `Model "${model}" is not supported in realtime mode.`);
  return E.right({ model });
};
