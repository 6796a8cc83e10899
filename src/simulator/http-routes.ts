import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import * as E from '../either.js';
import type { ClientSecrets } from './client-secrets.js';
import { type Failure, refuse } from './failure.js';
import { type Admissions, mayMint } from './handshake.js';

/** Sessions with their instructions and tools are far smaller. */
const mostBytes = 1024 * 1024;

/** The body of an HTTP answer that says what went wrong. */
export const errorBody = ({ message, type, param, code }: Omit<Failure, 'type'> & { readonly type: string }): string =>
  JSON.stringify({ error: { message, type, param, code } });

const answer = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) return undefined;
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const mint = async (
  request: IncomingMessage,
  response: ServerResponse,
  admissions: Admissions,
  secrets: ClientSecrets,
): Promise<void> => {
  const allowed = mayMint(request, admissions);
  if (E.isLeft(allowed)) return answer(response, 401, errorBody(allowed.left));
  const body = await bodyOf(request);
  if (body === undefined) return answer(response, 400, errorBody(refuse(null, 'The body is not valid JSON.')));
  const secret = secrets.mint(body);
  return E.isLeft(secret) ? answer(response, 400, errorBody(secret.left)) : answer(response, 200, JSON.stringify(secret.right));
};

/** The HTTP side of the service: mints ephemeral secrets, and knows nothing else. */
export const httpRoutes =
  (admissions: Admissions, secrets: ClientSecrets): RequestListener =>
  (request, response) => {
    if (request.method === 'POST' && /^\/(openai\/)?v1\/realtime\/client_secrets\/?(\?|$)/.test(request.url ?? '')) {
      // A client that goes away in the midst of its body needs no answer.
      mint(request, response, admissions, secrets).catch(() => response.destroy());
      return;
    }
    answer(response, 404, errorBody(refuse(null, 'Not found')));
  };
