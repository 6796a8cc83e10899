import { setTimeout as wait } from 'node:timers/promises';
import { map, Subject } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { Frame, OpenSocket } from '../../src/providers/provider.js';
import { type BenchLane, loudspeaker, startPipe } from './pipe.js';
import { microphone, speech } from './speech.js';
import { startServer } from './start-server.js';

/** What to do. */
interface Plan {
  /** The other end: answers each frame at once. */
  readonly server: string;
  readonly seconds: number;
  readonly lane: BenchLane;
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

const { server, seconds, lane } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const times = { deviceToSocket: [] as number[], socketToDevice: [] as number[], loopback: [] as number[] };

/** A frame of the device, and how many were sent for it: more than one where the pre-roll was held on purpose. */
interface Delivery {
  readonly at: number;
  sent: number;
}
let delivery: Delivery = { at: 0, sent: 0 };
/** What was sent and is not answered yet. */
const sent: { readonly delivery: Delivery; readonly at: number }[] = [];
let arrivedAt = 0;

const isAudio = (frame: Frame): boolean =>
  typeof frame === 'string' && frame.startsWith('input_audio_buffer.append', frame.indexOf('input_'));

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
            if (!isAudio(frame)) return;
            delivery.sent++;
            sent.push({ delivery, at: performance.now() });
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
  const answered = sent.shift();
  if (answered?.delivery.sent !== 1) return;
  times.deviceToSocket.push(answered.at - answered.delivery.at);
  times.loopback.push(now - answered.delivery.at);
});

const frames$ = new Subject<AudioFrame>();
const next = microphone(speech());
const deliver = (): void => {
  delivery = { at: performance.now(), sent: 0 };
  frames$.next(next());
};

const url = await startServer(server);
await new Promise<void>((ready) => {
  const told = (event: VoiceEvent): void => {
    if (event.type === 'connection.established') ready();
  };
  startPipe(frames$, { url, openSocket: timed, speaker, lane, told });
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
