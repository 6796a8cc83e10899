import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { audioDeltas, opening, sessionCreated } from './service.js';

/** What the program that forked this one asks for: that many messages of `ms`, on the connection with this path. */
export interface Order {
  readonly path: string;
  readonly count: number;
  readonly ms: number;
}

/** What it says, once: where to connect. */
export interface Told {
  readonly port: number;
}

// The other end of both pipelines, in a process of its own: takes what comes, says what it is told to.

const deltas = new Map([20, 200].map((ms) => [ms, audioDeltas(ms)] as const));
const sockets = new Map<string, WebSocket>();

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port } satisfies Told);
});
server.on('connection', (socket, { url = '' }) => {
  sockets.set(url.replace(/\?.*/, ''), socket);
  socket.send(sessionCreated);
  let hasOpened = false;
  socket.on('message', (data: Buffer) => {
    if (hasOpened || !data.includes('input_audio_buffer.append')) return;
    hasOpened = true;
    for (const text of opening) socket.send(text);
  });
});

/** Says it in bursts, as the service does, that leave the kernel's buffers free. */
const say = (socket: WebSocket, messages: readonly string[], from: number, to: number): void => {
  let at = from;
  while (at < to && socket.bufferedAmount < 100_000) socket.send(messages[at++ % messages.length] as string);
  if (at < to) setImmediate(say, socket, messages, at, to);
};

process.on('message', ({ path, count, ms }: Order) => {
  const socket = sockets.get(path);
  if (socket === undefined) throw new Error(`no connection ${path}`);
  say(socket, deltas.get(ms) ?? [], 0, count);
});
process.on('disconnect', () => process.exit());
