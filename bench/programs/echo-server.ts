import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { audioDelta, opening, sessionCreated } from './service.js';
import type { Told } from './ws-server.js';

// A service that answers at once: each piece of audio comes back as an answer.

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port } satisfies Told);
});
server.on('connection', (socket) => {
  let count = 0;
  socket.send(sessionCreated);
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as { readonly type: string; readonly audio: string };
    if (event.type !== 'input_audio_buffer.append') return;
    if (count === 0) for (const text of opening) socket.send(text);
    socket.send(audioDelta(event.audio, count++));
  });
});
process.on('disconnect', () => process.exit());
