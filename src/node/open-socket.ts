import type { IncomingMessage } from 'node:http';
import { Observable, type Subscriber } from 'rxjs';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { ConfigError, ConnectionError, type ErrorCode } from '../errors.js';
import type { Frame, OpenSocket, Socket, SocketEvent, SocketRequest } from '../providers/provider.js';

const HANDSHAKE_MS = 5000;
// A silent peer held a socket for 30 s, the time that ws waits of itself.
const CLOSE_MS = 1000;
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
const BAD_ADDRESS = 'the address of the socket is not valid: it must begin with ws:// or wss://';
const BAD_HEADER = 'a header or subprotocol of the socket is not valid: is there a line break in the key?';
const HANDSHAKE_TIMED_OUT = 'Opening handshake has timed out';

/** What Node and OpenSSL call a certificate or a peer that TLS refuses. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|EPROTO$)/;

const MESSAGES: Readonly<Record<'refused' | 'dns' | 'tls' | 'timeout' | 'lost', string>> = {
  refused: 'the connection was refused: is the server running, is the port right?',
  dns: 'the host name could not be resolved: check the address and the network',
  tls: 'TLS could not be agreed on: check the certificate, and that the port speaks TLS',
  timeout: `the server did not answer within ${HANDSHAKE_MS / 1000} s`,
  lost: 'the connection was lost during the handshake',
};

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

const kindOf = (error: Error): keyof typeof MESSAGES => {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (TLS.test(code)) return 'tls';
  // ws gives its own time-out no code.
  if (code === 'ETIMEDOUT' || error.message === HANDSHAKE_TIMED_OUT) return 'timeout';
  return 'lost';
};

/** Host and port, nothing more: path, query and headers may hold keys. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the server');

const connectionError = (url: string, error: Error): ConnectionError => {
  const kind: ErrorCode & keyof typeof MESSAGES = kindOf(error);
  const code = codeOf(error);
  return new ConnectionError(`cannot connect to ${hostOf(url)}: ${MESSAGES[kind]}${code === '' ? '' : ` (${code})`}`, {
    code: kind,
    retryable: kind !== 'tls',
  });
};

const connect = ({ url, headers = {}, protocols = [] }: SocketRequest): WebSocket => {
  // closeTimeout is not in @types/ws 8.18.
  const options: ClientOptions & { readonly closeTimeout: number } = {
    headers,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    closeTimeout: CLOSE_MS,
    maxPayload: MAX_PAYLOAD_BYTES,
  };
  try {
    return new WebSocket(url, [...protocols], options);
  } catch {
    // The message of ws would quote the address.
    throw new ConfigError(URL.canParse(url) && /^wss?:/.test(url) ? BAD_HEADER : BAD_ADDRESS, { code: 'invalid_config' });
  }
};

const frameOf = (data: RawData, isBinary: boolean): Frame => {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
  return isBinary ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes.toString('utf8');
};

/** Collects the answer that came instead of an upgrade, as much of it as arrives. */
const reject = (answer: IncomingMessage, subscriber: Subscriber<SocketEvent>): void => {
  const parts: Buffer[] = [];
  let length = 0;
  const finish = (): void => {
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    );
    const body = Buffer.concat(parts).subarray(0, MAX_BODY_BYTES).toString('utf8');
    subscriber.next({ type: 'rejected', status: answer.statusCode ?? 0, headers, body });
    subscriber.complete();
  };
  answer.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length >= MAX_BODY_BYTES) answer.destroy();
  });
  // After 'end', and after being cut off.
  answer.on('close', finish);
  answer.on('error', () => undefined);
};

/**
 * Opens a WebSocket with the package ws: no compression, 5 s for the handshake, messages of at most 16 MiB.
 *
 * Subscribing connects, unsubscribing closes with 1000, and by force when the peer does not answer within 1 s. Emits
 * `open`, messages and pongs, then `close` and completes; or `rejected` alone, where the server answered with plain HTTP.
 *
 * @throws ConnectionError in-stream, when there is no HTTP answer at all: `refused`, `dns`, `timeout` and `lost` may be
 * tried again, `tls` not. Errors name host and port, never path, query or headers.
 * @throws ConfigError in-stream, when the address is none, or a header cannot be sent.
 */
export const openSocket: OpenSocket = (request) => openSocketWith(() => undefined)(request);

/**
 * The same, and tells of the socket itself.
 *
 * @param opened Called with each socket as soon as there is one.
 */
export const openSocketWith =
  (opened: (ws: WebSocket) => void): OpenSocket =>
  (request) =>
    new Observable<SocketEvent>((subscriber) => {
      const ws = connect(request);
      opened(ws);
      let isOpen = false;
      let tooLong = false;
      let answer: IncomingMessage | undefined;

      // ws begins its own wait anew at every byte, so a server that trickles would hold it for ever.
      const deadline = setTimeout(() => {
        if (answer === undefined) subscriber.error(connectionError(request.url, new Error(HANDSHAKE_TIMED_OUT)));
        else answer.destroy();
      }, HANDSHAKE_MS);

      // Stays attached when unsubscribed: an 'error' without a listener ends the process.
      ws.on('error', (error: Error) => {
        if (isOpen) tooLong = codeOf(error) === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
        else if (answer === undefined) subscriber.error(connectionError(request.url, error));
      });
      ws.on('unexpected-response', (_, response) => {
        answer = response;
        reject(response, subscriber);
      });
      ws.on('open', () => {
        isOpen = true;
        clearTimeout(deadline);
        const socket: Socket = {
          send: (frame) => ws.send(frame),
          get bufferedAmount() {
            return ws.bufferedAmount;
          },
          ping: (data) => ws.ping(data),
          terminate: () => ws.terminate(),
        };
        subscriber.next({ type: 'open', socket });
      });
      ws.on('pong', (data) => subscriber.next({ type: 'pong', data: data.toString('latin1') }));
      ws.on('message', (data, isBinary) => subscriber.next({ type: 'message', data: frameOf(data, isBinary) }));
      ws.on('close', (code, reason) => {
        if (answer !== undefined) return;
        // ws reports 1006 for what it refused itself.
        subscriber.next({
          type: 'close',
          code: tooLong ? 1009 : code,
          reason: tooLong ? 'message too long' : reason.toString('utf8'),
          ...(tooLong ? { isOurs: true } : {}),
        });
        subscriber.complete();
      });

      return () => {
        clearTimeout(deadline);
        ws.close(1000);
      };
    });
