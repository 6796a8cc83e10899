import { setTimeout as wait } from 'node:timers/promises';
import { map, Subject } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import { loudspeaker, startPipe } from './pipe.js';
import { microphone, speech } from './speech.js';
import { startServer } from './start-server.js';

/** What to do. */
interface Plan {
  /** The other end: answers each frame at once. */
  readonly server: string;
  readonly seconds: number;
}

/** What came of it; times in milliseconds, one for each frame. */
export interface LiveSession {
  readonly deviceToSocket: readonly number[];
  readonly socketToDevice: readonly number[];
  readonly loopback: readonly number[];
  readonly cpuPercent: number;
  /** Bytes. */
  readonly rss: number;
}

// A caller who speaks without a pause, at the pace of a microphone, to somebody who does, too.

const { server, seconds } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const times = { deviceToSocket: [] as number[], socketToDevice: [] as number[], loopback: [] as number[] };

/** When each frame that was sent was delivered by the device; undefined for the pre-roll, which was held on purpose. */
const deliveredAt: (number | undefined)[] = [];
let sentAt: number[] = [];
let arrivedAt = 0;

const timed: OpenSocket = (request) =>
  openSocket(request).pipe(
    map((signal) => {
      if (signal.type === 'message') arrivedAt = performance.now();
      if (signal.type !== 'open') return signal;
      const { socket } = signal;
      return {
        ...signal,
        socket: {
          send(frame) {
            socket.send(frame);
            sentAt.push(performance.now());
          },
          get bufferedAmount() {
            return socket.bufferedAmount;
          },
        },
      };
    }),
  );

const speaker = loudspeaker(() => {
  const now = performance.now();
  times.socketToDevice.push(now - arrivedAt);
  const delivered = deliveredAt.shift();
  if (delivered !== undefined) times.loopback.push(now - delivered);
});

const frames$ = new Subject<AudioFrame>();
const next = microphone(speech());
const deliver = (): void => {
  sentAt = [];
  const now = performance.now();
  frames$.next(next());
  const [first] = sentAt;
  if (sentAt.length === 1 && first !== undefined) times.deviceToSocket.push(first - now);
  for (const _ of sentAt) deliveredAt.push(sentAt.length === 1 ? now : undefined);
};

const url = await startServer(server);
await new Promise<void>((ready) => {
  startPipe(frames$, url, timed, speaker, (event) => {
    if (event.type === 'connection.established') ready();
  });
});
const startedAt = performance.now();
const before = process.cpuUsage();
for (let count = 0; count < seconds * 50; count++) {
  // By deadline, as a device does.
  await wait(Math.max(0, startedAt + count * 20 - performance.now()));
  deliver();
}
const { user, system } = process.cpuUsage(before);
const cpuPercent = (user + system) / 10 / (performance.now() - startedAt);
await wait(200);
process.send?.({ ...times, cpuPercent, rss: process.memoryUsage.rss() } satisfies LiveSession, () => process.exit());
