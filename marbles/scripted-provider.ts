import { of } from 'rxjs';
import { AuthenticationError, ConnectionError, StreamError } from '../src/errors.js';
import type { ParsedEvent, Protocol, Provider, SocketRejected } from '../src/providers/provider.js';
import { realtimeCapabilities } from '../src/providers/realtime-protocol.js';
import { type ScriptedSocket, type SocketScript, scriptedSocket } from './scripted-socket.js';

/** A provider together with the sockets that it is reached by. */
export type ScriptedProvider = Provider & ScriptedSocket;

const parse = (data: string | Uint8Array): readonly ParsedEvent[] => {
  try {
    const event = typeof data === 'string' ? JSON.parse(data) : undefined;
    return typeof event?.type === 'string' ? [event] : [];
  } catch {
    return [{ type: 'diagnostic.malformed_event', eventType: '', paths: ['(not JSON)'] }];
  }
};

const protocol = (): Protocol => ({
  greeting: [],
  parse,
  serialize: (command) => [JSON.stringify(command)],
  isReady: (event) => event.type === 'session.created',
  reply: () => [],
});

const rejected = ({ status, headers }: SocketRejected) => {
  if (status === 401) return new AuthenticationError('scripted: 401', { code: 'unauthorized', status });
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return new ConnectionError(`scripted: HTTP ${status}`, {
    code: status === 429 ? 'rate_limited' : 'http',
    status,
    retryable: status === 429 || status >= 500,
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
  });
};

const closed: Provider['closed'] = (closeCode) =>
  closeCode === 3000
    ? new AuthenticationError('scripted: closed with 3000', { code: 'unauthorized', closeCode })
    : new ConnectionError(`scripted: closed with ${closeCode}`, { code: 'lost', closeCode, retryable: closeCode !== 4000 });

/** Sessions without an end: a script that falls silent is not to be played again in place of itself. */
const { maxSessionMs: _, ...capabilities } = realtimeCapabilities;

/**
 * A provider that speaks the GA vocabulary as it stands, without codecs, over sockets that follow a script, in virtual or real time.
 *
 * Ready on `session.created`; a session lasts for ever, unless it says when it expires. A 401 and a close with 3000 are `AuthenticationError`, all else `ConnectionError`, a failed response `StreamError`.
 *
 * @param script What the service does; see {@link scriptedSocket}.
 * @param overrides Whatever of the provider a test wants otherwise.
 */
export function scriptedProvider(script: SocketScript, overrides: Partial<Provider> = {}): ScriptedProvider {
  return {
    name: 'scripted',
    capabilities,
    request: () => of({ url: 'ws://scripted' }),
    protocol,
    rejected,
    closed,
    responseFailure: (event) =>
      event.response.status === 'failed' ? new StreamError('scripted: response failed', { code: 'server_error' }) : undefined,
    ...overrides,
    ...scriptedSocket(script),
  };
}
