import {
  concat,
  filter,
  interval,
  lastValueFrom,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket, Socket } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { hasPrivateNetwork, slowDown } from './packets.js';

/** RXVOX_SLOW_LINK_MINUTES=5 for longer. */
const talkMs = Number(process.env.RXVOX_SLOW_LINK_MINUTES ?? 0.75) * 60_000;

/** How long what waits may take to arrive, once nobody speaks. */
const drainMs = 15_000;

const settings: Command = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };
const talking: Observable<Command> = interval(20).pipe(
  map(() => ({ type: 'input_audio_buffer.append', audio: Buffer.alloc(960).toString('base64') })),
);
const text = (id: string): Command => ({
  type: 'conversation.item.create',
  item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Still here.' }] },
});

/** Speaks over a link of half the rate, writes in between and at the end, and waits until all has arrived. */
const talkSlowly = async () => {
  await using service = await startSimulator();
  const events: VoiceEvent[] = [];
  const memory: number[] = [];
  const textMs: number[] = [];
  let socket: Socket | undefined;
  let mostBuffered = 0;
  let writtenAt = 0;
  const watched: OpenSocket = (request) =>
    openSocket(request).pipe(
      tap((event) => {
        if (event.type === 'open') socket = event.socket;
      }),
    );
  const write = (ms: number, id: string): Observable<Command> =>
    timer(ms).pipe(
      tap(() => {
        writtenAt = performance.now();
      }),
      map(() => text(id)),
    );
  using _ = slowDown(256);
  const looking = timer(0, 100).subscribe(() => {
    mostBuffered = Math.max(mostBuffered, socket?.bufferedAmount ?? 0);
    memory.push(process.memoryUsage.rss());
  });
  const speech = concat(of(settings), talking.pipe(takeUntil(timer(talkMs))));
  const source = merge(speech, write(talkMs / 2, 'text_1'), write(talkMs + drainMs, 'text_2'), NEVER);
  await lastValueFrom(
    source.pipe(
      realtime(simulator({ url: service.url }), { openSocket: watched }),
      tap((event) => events.push(event)),
      filter(({ type }) => type === 'conversation.item.done'),
      tap(() => textMs.push(performance.now() - writtenAt)),
      take(2),
    ),
  );
  looking.unsubscribe();
  return { events, textMs, mostBuffered, memory, connections: service.connections };
};

/** Of the first half, in which the link gets full, and of the second. */
const growth = (memory: readonly number[]): number => {
  const half = Math.floor(memory.length / 2);
  return Math.max(...memory.slice(half)) - Math.max(...memory.slice(0, half));
};

describe.skipIf(!hasPrivateNetwork)('row 17: a link of half the rate of the audio', { timeout: talkMs + 120_000 }, () => {
  it('is kept: what waits is bounded, what is dropped is told, and text arrives', async () => {
    const { events, textMs, mostBuffered, memory, connections } = await talkSlowly();
    const told = events.flatMap((event) => (event.type === 'connection.backpressure' ? [event] : []));

    expect(events.filter(({ type }) => type === 'connection.lost')).toEqual([]);
    expect(connections).toBe(1);
    expect(told[0]).toMatchObject({ isCongested: true });
    expect(told.at(-1)).toMatchObject({ isCongested: false });
    // Half of the audio but for 3 s that wait and 2 s that are under way.
    expect(told.reduce((sum, { droppedMs }) => sum + droppedMs, 0)).toBeGreaterThan(talkMs / 4);
    expect(mostBuffered).toBeLessThan(65_536);
    expect(textMs).toHaveLength(2);
    expect(Math.max(...textMs)).toBeLessThan(5000);
    expect(growth(memory)).toBeLessThan(40_000_000);
  });
});
