import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HandshakeFault } from '../faults/fault.js';
import { errorBody } from './http-routes.js';

const words: Readonly<Record<number, readonly [type: string, code: string | null, message: string]>> = {
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  403: ['invalid_request_error', null, 'You have no access to this model.'],
  429: ['requests', 'rate_limit_exceeded', 'Rate limit reached. Try again later.'],
};

/** Answers an upgrade with plain HTTP, and ends the connection. */
export const answerUpgrade = (
  socket: Duplex,
  status: number,
  { retryAfter, code }: { readonly retryAfter?: number | undefined; readonly code?: string | undefined } = {},
): void => {
  const [type, usual, message] = words[status] ?? [
    status < 500 ? 'invalid_request_error' : 'server_error',
    null,
    STATUS_CODES[status] ?? 'The request failed.',
  ];
  const body = errorBody({ message, type, param: null, code: code ?? usual });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Failed'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** Does to a connection what the fault says, in place of the upgrade. A connection that hangs is the caller's to end. */
export const failHandshake = (socket: Duplex, fault: HandshakeFault): void => {
  if (fault.type === 'http') answerUpgrade(socket, fault.status, fault);
  // A server that listens cannot refuse: a reset before the first byte is as near as it gets.
  else if (fault.type === 'refuse' && socket instanceof Socket) socket.resetAndDestroy();
};
