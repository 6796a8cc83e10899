import { once } from 'node:events';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import {
  concat,
  firstValueFrom,
  from,
  lastValueFrom,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  timer,
  toArray,
} from 'rxjs';
import { expect } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fault } from '../../marbles/index.js';
import { ofType } from '../../operators/ofType.js';
import { realtime } from '../../operators/realtime.js';
import type { EngineError } from '../../src/errors.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { ReconnectConfig } from '../../src/providers/keep-connected.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/index.js';
import { fromBase64, toBase64 } from '../../src/wire/base64.js';
import { ask, created, mostWithin, numbers, obliging, say, utterance } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

type Peer = { readonly socket: WebSocket; readonly tcp: TcpSocket };

/** A service that obliges, notes the frames that it is sent, and can be made to misbehave at one of them. */
const startService = async (misbehave: (peer: Peer, connection: number) => void, atFrame = 10) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const sessions: number[][] = [];
  const asked: string[][] = [];
  server.on('connection', (socket, { socket: tcp }) => {
    const connection = sessions.push([]);
    asked.push([]);
    const answer = obliging(connection);
    const tell = (event: object): void => socket.send(JSON.stringify(event));
    tell(created(connection));
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const command = JSON.parse(String(data));
      if (command.type === 'input_audio_buffer.append') {
        const heard = sessions[connection - 1] ?? [];
        if (heard.push(fromBase64(command.audio)?.[0] ?? -1) === atFrame) misbehave({ socket, tcp }, connection);
      } else asked[connection - 1]?.push(command.type);
      answer(command).subscribe(tell);
    });
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessions,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
};

const talk = (url: string, source: Observable<Command | VoiceEvent>, reconnect: ReconnectConfig = { random: () => 0 }) =>
  lastValueFrom(source.pipe(realtime(simulator({ url }), { openSocket, reconnect }), toArray()), { defaultValue: [] });

const failure = async (url: string): Promise<EngineError> => {
  try {
    await talk(url, NEVER);
  } catch (error) {
    return error as EngineError;
  }
  throw new Error('it did not fail');
};

/** Something that the service does to the first connection in the midst of an utterance, and after which all is well. */
const trouble = (row: number, fault: string, misbehave: (peer: Peer) => void): SurvivalRow => ({
  row,
  fault: `${fault} in the midst of the user's words`,
  kept: 'the second server hears the whole utterance once, commits once, and answers',
  over: 'sockets',
  test: async () => {
    await using service = await startService((peer, connection) => {
      if (connection === 1) misbehave(peer);
    });
    const events = await talk(service.url, utterance(0, 40));

    expect(service.sessions).toHaveLength(2);
    expect(service.sessions[1]).toEqual(numbers(0, 40));
    expect(service.asked[1]?.filter((type) => type !== 'session.update')).toEqual([
      'input_audio_buffer.commit',
      'response.create',
    ]);
    expect(events.find(({ type }) => type === 'connection.restored')).toMatchObject({ droppedMs: 0 });
    expect(events.filter(({ type }) => type === 'response.output_audio.done')).toHaveLength(1);
  },
});

/** Faults of handshakes after which it works. */
const atFirst = (row: number, fault: string, faults: readonly Fault[], leastMs = 0): SurvivalRow => ({
  row,
  fault,
  kept:
    leastMs > 0
      ? `tried again, not before ${leastMs} ms; text that waited is answered`
      : 'tried again; text that waited is answered',
  over: 'sockets',
  test: async () => {
    await using service = await startSimulator({ voice: 'built-in', pace: 'instant', script: ['Yes.'], faults });
    const events = await talk(service.url, of(say('Hello.'), ask), { random: () => 0.5, firstAttempts: 4 });
    const waits = events.flatMap((event) => (event.type === 'connection.reconnecting' ? [event.inMs] : []));

    expect(waits.length).toBeGreaterThan(0);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(leastMs);
    expect(events.filter(({ type }) => type === 'response.done')).toHaveLength(1);
  },
});

const final = (row: number, fault: string, code: string, faults: readonly Fault[], scheme = 'ws'): SurvivalRow => ({
  row,
  fault,
  kept: `one attempt; the error is ${code}`,
  over: 'sockets',
  test: async () => {
    await using service = await startSimulator({ voice: 'built-in', faults });
    const error = await failure(service.url.replace('ws:', `${scheme}:`));

    expect(error).toMatchObject({ code, retryable: false });
  },
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await pause(20);
};

/** Notes for how long this process stands still. */
const watchStalls = () => {
  let longestMs = 0;
  let seenAt = performance.now();
  const look = (): void => {
    longestMs = Math.max(longestMs, performance.now() - seenAt);
    seenAt = performance.now();
  };
  const looking = setInterval(look, 10);
  return {
    end: () => {
      look();
      clearInterval(looking);
      return { longestMs };
    },
  };
};

const raw =
  (...bytes: readonly number[]) =>
  ({ tcp }: Peer): void => {
    tcp.write(Uint8Array.from(bytes));
  };

export const socketsRows: readonly SurvivalRow[] = [
  atFirst(1, 'connection reset twice at first', [{ type: 'refuse', connection: [1, 2] }]),
  final(4, 'TLS asked of a port that has none', 'tls', [], 'wss'),
  final(5, 'HTTP 401', 'unauthorized', [{ type: 'http', status: 401 }]),
  atFirst(6, 'HTTP 429 with retry-after: 1', [{ type: 'http', status: 429, retryAfter: 1, connection: 1 }], 1000),
  final(7, 'HTTP 429 (insufficient_quota)', 'quota', [{ type: 'http', status: 429, code: 'insufficient_quota' }]),
  atFirst(8, 'HTTP 503 and 500', [
    { type: 'http', status: 503, connection: 1 },
    { type: 'http', status: 500, connection: 2 },
  ]),
  trouble(10, 'the socket goes without a close', ({ socket }) => socket.terminate()),
  trouble(12, 'close 1012', ({ socket }) => socket.close(1012, 'service restart')),
  trouble(14, 'close 1001', ({ socket }) => socket.close(1001)),
  trouble(15, 'the connection is reset', ({ tcp }) => tcp.resetAndDestroy()),
  trouble(22, '21 messages that are no JSON', ({ socket }) => {
    for (let n = 0; n < 21; n++) socket.send('{"type":"response.do');
  }),
  trouble(27, 'a message of 17 MiB', ({ socket }) => socket.send('x'.repeat(17 * 1024 * 1024))),
  trouble(29, 'text that is not UTF-8', raw(0x81, 0x02, 0xc3, 0x28)),
  trouble(29, 'a frame with a code that there is not', raw(0x83, 0x00)),
  trouble(29, 'a masked frame of the server', raw(0x81, 0x81, 1, 2, 3, 4, 0x7a)),
  {
    row: 13,
    fault: 'close 1008 each time',
    kept: 'tried once more, and no more',
    over: 'sockets',
    test: async () => {
      await using service = await startService(({ socket }) => socket.close(1008), 1);
      const error = await talk(service.url, concat(utterance(0, 40), NEVER)).catch((cause: unknown) => cause);

      expect(error).toMatchObject({ code: 'protocol', closeCode: 1008 });
      expect(service.sessions).toHaveLength(2);
    },
  },
  {
    row: 17,
    fault: 'a service that stops reading, and 24 MB of audio at once',
    kept: 'no more than 256 KiB and two frames wait in the socket, and it is told',
    over: 'sockets',
    test: async () => {
      await using service = await startSimulator({
        voice: 'built-in',
        faults: [{ type: 'stop_reading', on: 'session.created' }],
      });
      const second: Command = { type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(24_000)) };
      const flood = timer(300).pipe(switchMap(() => concat(from(Array.from({ length: 400 }, () => second)), NEVER)));
      const told = await firstValueFrom(
        flood.pipe(
          realtime(simulator({ url: service.url }), { openSocket }),
          ofType<VoiceEvent, 'connection.backpressure'>('connection.backpressure'),
          take(1),
        ),
      );

      expect(told.isCongested).toBe(true);
      expect(told.bufferedBytes).toBeLessThan(262_144 + 2 * 64_100);
    },
  },
  ...[0, 1500].map(
    (downMs): SurvivalRow => ({
      row: 20,
      fault: `a server with 200 conversations restarts ${downMs === 0 ? 'at once' : `within ${downMs / 1000} s`}`,
      kept: 'all are restored; no second sees as many as half of them try to connect',
      over: 'sockets',
      test: async () => {
        const count = 200;
        const first = await startSimulator({ voice: 'built-in' });
        const { port, url } = first;
        const planned: number[] = [];
        const attempts: number[] = [];
        const stop = new Subject<void>();
        let ready = 0;
        let restored = 0;
        const sessions = Array.from({ length: count }, (_, n) =>
          merge(of<Command | VoiceEvent>(say('Remember me.', `user_${n}`)), NEVER)
            .pipe(realtime(simulator({ url }), { openSocket }), takeUntil(stop))
            .subscribe((event) => {
              if (event.type === 'conversation.item.done') ready++;
              if (event.type === 'connection.reconnecting') planned.push(performance.now() + event.inMs);
              if (event.type === 'connection.starting' && event.attempt > 1) attempts.push(performance.now());
              if (event.type === 'connection.restored') restored++;
            }),
        );
        await until(() => ready === count);
        const stalls = watchStalls();
        await first.close();
        await pause(downMs);
        await using second = await startSimulator({ voice: 'built-in', port });
        await until(() => restored === count);
        stop.next();
        const { longestMs } = stalls.end();
        for (const session of sessions) expect(session.closed).toBe(true);

        expect(second.connections).toBe(count);
        // While this process stands still, those whose moment it is wait for one another.
        const spanMs = 1000 - longestMs;
        expect(mostWithin(attempts, spanMs)).toBeLessThan(count / 2);
        expect(
          mostWithin(
            planned.sort((a, b) => a - b),
            1000,
          ),
        ).toBeLessThan(count / 2);
      },
    }),
  ),
];
