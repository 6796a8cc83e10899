import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { concat, concatMap, finalize, from, lastValueFrom, map, type Observable, of, timer, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { realtime } from '../operators/realtime.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { openSocket } from '../src/node/open-socket.js';
import { simulator } from '../src/providers/simulator.js';
import { fromBase64, toBase64 } from '../src/wire/base64.js';

/** Frame number `value` of 20 ms, which can be told from all others. */
const frame = (value: number): Command => ({
  type: 'input_audio_buffer.append',
  audio: toBase64(new Int16Array(480).fill(value)),
});
const manual: Command = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A service that notes what it is sent, connection by connection, and can be cut off. */
const startService = async () => {
  const sessions: { readonly type: string; readonly audio?: string }[][] = [];
  let server: WebSocketServer | undefined;
  let port = 0;
  const listen = async (): Promise<void> => {
    server = new WebSocketServer({ port, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      const session: { readonly type: string; readonly audio?: string }[] = [];
      sessions.push(session);
      const say = (event: object): void => socket.send(JSON.stringify({ event_id: 'e', ...event }));
      say({ type: 'session.created', session: { type: 'realtime', id: `sess_${sessions.length}` } });
      socket.on('message', (data) => {
        const command = JSON.parse(String(data));
        session.push(command);
        if (command.type === 'input_audio_buffer.commit') say({ type: 'input_audio_buffer.committed', item_id: 'item_1' });
        if (command.type === 'session.update') say({ type: 'session.updated', session: command.session });
        if (command.type === 'response.create') {
          say({ type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } });
          say({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
        }
      });
    });
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const cut = (): void => {
    for (const client of server?.clients ?? []) client.terminate();
    server?.close();
  };
  await listen();
  return {
    url: `ws://127.0.0.1:${port}`,
    listen,
    cut,
    /** The numbers of the frames that a connection was sent. */
    frames: (connection: number): readonly number[] =>
      (sessions[connection - 1] ?? []).flatMap(({ type, audio }) =>
        type === 'input_audio_buffer.append' && audio !== undefined ? [fromBase64(audio)?.[0] ?? -1] : [],
      ),
    types: (connection: number): readonly string[] => (sessions[connection - 1] ?? []).map(({ type }) => type),
  };
};

let cleanUp: () => void = () => undefined;
afterEach(() => cleanUp());

/** Frames at the pace of a microphone. */
const speaking = (from0: number, count: number): Observable<Command | VoiceEvent> =>
  from(Array.from({ length: count }, (_, at) => from0 + at)).pipe(concatMap((at) => timer(20).pipe(map(() => frame(at)))));
const numbers = (from0: number, count: number): readonly number[] => Array.from({ length: count }, (_, at) => from0 + at);

/** One utterance of so many frames, after some of which the server is gone: the next session has all of it, once, and answers once. */
const speakThrough = async ({ count, cutAfter, downMs }: Record<'count' | 'cutAfter' | 'downMs', number>): Promise<void> => {
  const service = await startService();
  cleanUp = service.cut;
  const spoken = concat(
    of<(Command | VoiceEvent)[]>(manual, { type: 'speech.started', position: 0 }),
    speaking(0, count),
    of<(Command | VoiceEvent)[]>({
      type: 'speech.stopped',
      position: count * 480,
      durationMs: count * 20,
      sentMs: count * 20,
    }),
  );
  let isSpeaking = true;
  const done = lastValueFrom(
    spoken.pipe(
      finalize(() => {
        isSpeaking = false;
      }),
      realtime(simulator({ url: service.url }), { openSocket, reconnect: { random: () => 0.5 } }),
      toArray(),
    ),
  );
  while (service.frames(1).length < cutAfter) await wait(20);
  service.cut();
  await wait(downMs);
  expect(isSpeaking).toBe(true);
  await service.listen();
  const events = await done;

  expect(service.frames(2)).toEqual(numbers(0, count));
  expect(service.types(2).filter((type) => type === 'input_audio_buffer.commit' || type === 'response.create')).toEqual([
    'input_audio_buffer.commit',
    'response.create',
  ]);
  expect(events.filter(({ type }) => type === 'connection.restored')).toMatchObject([{ droppedMs: 0 }]);
};

describe('a lost connection', { timeout: 60_000 }, () => {
  it('costs no frame of what is being said: 250 frames, a second without a server', async () => {
    await speakThrough({ count: 250, cutAfter: 100, downMs: 1000 });
  });

  it('costs no frame of what is being said: 650 frames, 10 s without a server', async () => {
    await speakThrough({ count: 650, cutAfter: 50, downMs: 10_000 });
  });

  it('keeps the newest 3 s of what nobody says, and counts the rest', async () => {
    const service = await startService();
    cleanUp = service.cut;
    const server: Command = { type: 'session.update', session: { audio: { input: { turn_detection: { type: 'server_vad' } } } } };
    const streamed = concat(of<(Command | VoiceEvent)[]>(server), speaking(0, 350));
    const done = lastValueFrom(
      streamed.pipe(realtime(simulator({ url: service.url }), { openSocket, reconnect: { random: () => 1 } }), toArray()),
    );
    await wait(1000);
    service.cut();
    await wait(4000);
    await service.listen();
    const events = await done;
    const restored = events.find(({ type }) => type === 'connection.restored');
    const second = service.frames(2);
    const gap = second.findIndex((value, at) => value !== at);
    const dropped = 350 - second.length;

    // Once, in order: what was sent before, and all from the newest 3 s on.
    expect(second).toEqual([...numbers(0, gap), ...numbers(gap + dropped, 350 - gap - dropped)]);
    expect(gap).toBeGreaterThanOrEqual(service.frames(1).length);
    expect(second.length - gap).toBeGreaterThanOrEqual(150);
    expect(dropped).toBeGreaterThan(0);
    expect(restored).toMatchObject({ droppedMs: dropped * 20 });
  });
});
