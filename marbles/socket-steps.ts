import { ConnectionError } from '../src/errors.js';
import type { Frame, SocketEvent, SocketRejected } from '../src/providers/provider.js';
import type { ServerEvent } from '../src/wire/server-event.js';

/**
 * What a scripted socket does at one moment: opens, closes, is rejected, or says something. A server event goes over as JSON text; a string
 * or bytes go over as they are.
 */
export type SocketStep = { readonly type: 'open' } | Exclude<SocketEvent, { readonly type: 'open' }> | Frame | ServerEvent;

/** The socket opens. */
export const opens: SocketStep = { type: 'open' };

/** The peer closes, and the socket completes. */
export const closes = (code = 1000, reason = ''): SocketStep => ({ type: 'close', code, reason });

/** An HTTP answer instead of an upgrade, and the socket completes: `rejects(429, { 'retry-after': '2' })`. */
export const rejects = (status: number, headers: SocketRejected['headers'] = {}, body = ''): SocketStep => ({
  type: 'rejected',
  status,
  headers,
  body,
});

/** What a socket errors with when nobody listens: `cold('--#', {}, refused())`. */
export const refused = (): ConnectionError => new ConnectionError('connection refused', { code: 'refused', retryable: true });
