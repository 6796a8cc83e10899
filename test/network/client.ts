// A conversation in a process of its own, told as lines of JSON: client.ts URL. The line `stall MS` on its standard
// input lets it stand still, `clock` asks for its clocks.
import { createInterface } from 'node:readline';
import { map, NEVER } from 'rxjs';
import { realtime } from '../../operators/realtime.js';
import { watchStalls } from '../../operators/watchStalls.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket, SocketEvent } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';

const tell = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Tells of pings and pongs. */
const watched: OpenSocket = (request) =>
  openSocket(request).pipe(
    map((event): SocketEvent => {
      if (event.type === 'pong') tell(event);
      if (event.type !== 'open') return event;
      const { socket } = event;
      const ping = (): void => {
        tell({ type: 'ping' });
        socket.ping?.();
      };
      return { type: 'open', socket: { ...socket, send: (frame) => socket.send(frame), bufferedAmount: 0, ping } };
    }),
  );

const [url = ''] = process.argv.slice(2);
NEVER.pipe(realtime(simulator({ url }), { openSocket: watched, epics: [watchStalls({ ms: 80 })] })).subscribe({
  next: (event) => {
    if (event.type.startsWith('connection.') || event.type === 'diagnostic.stalled') tell(event);
  },
  error: () => process.exit(0),
});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, ms] = line.split(' ');
    if (command === 'stall') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
    if (command === 'clock') tell({ type: 'clock', wall: Date.now(), monotonic: performance.now() });
  })
  .on('close', () => process.exit(0));
