import { concat, finalize, interval, map, merge, NEVER, type Observable, of, Subject, takeUntil, tap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket, Socket } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { hasPrivateNetwork, slowDown } from './packets.js';

/** RXVOX_SLOW_LINK_MINUTES=5 for longer. */
const talkMs = Number(process.env.RXVOX_SLOW_LINK_MINUTES ?? 1) * 60_000;
const settings: Command = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };
const talking: Observable<Command> = interval(20).pipe(
  map(() => ({ type: 'input_audio_buffer.append', audio: Buffer.alloc(960).toString('base64') })),
);
const text = (id: string): Command => ({
  type: 'conversation.item.create',
  item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Still here.' }] },
});

describe.skipIf(!hasPrivateNetwork)('row 17: a link of half the rate of the audio', { timeout: talkMs + 120_000 }, () => {
  it('is kept where the deadline is long: what waits is bounded, what is dropped is told, and text is not', async () => {
    await using service = await startSimulator();
    const events: VoiceEvent[] = [];
    const over = new Subject<void>();
    let socket: Socket | undefined;
    let mostBuffered = 0;
    const watched: OpenSocket = (request) =>
      openSocket(request).pipe(
        tap((event) => {
          if (event.type === 'open') socket = event.socket;
        }),
      );
    using _ = slowDown(256);
    const memory: number[] = [];
    const looking = timer(0, 100).subscribe(() => {
      mostBuffered = Math.max(mostBuffered, socket?.bufferedAmount ?? 0);
      memory.push(process.memoryUsage.rss());
    });
    const texts = merge(timer(talkMs / 2).pipe(map(() => text('text_1'))), timer(talkMs).pipe(map(() => text('text_2'))));
    await new Promise<void>((resolve, reject) => {
      merge(concat(of(settings), talking.pipe(takeUntil(timer(talkMs)))), texts, NEVER)
        .pipe(
          realtime(simulator({ url: service.url }), { openSocket: watched, liveness: { deadlineMs: 60_000 } }),
          takeUntil(over),
          finalize(resolve),
        )
        .subscribe({
          next(event) {
            events.push(event);
            if (event.type === 'conversation.item.done' && event.item.id === 'text_2') over.next();
          },
          error: reject,
        });
    });
    looking.unsubscribe();

    const told = events.flatMap((event) => (event.type === 'connection.backpressure' ? [event] : []));
    expect(events.filter(({ type }) => type === 'connection.lost')).toEqual([]);
    expect(mostBuffered).toBeGreaterThan(200_000);
    expect(mostBuffered).toBeLessThan(262_144 + 4096);
    expect(told.reduce((sum, { droppedMs }) => sum + droppedMs, 0)).toBeGreaterThan(3000);
    expect(events.flatMap((event) => (event.type === 'conversation.item.done' ? [event.item.id] : []))).toEqual([
      'text_1',
      'text_2',
    ]);
    // What was lived on before the socket was full, and afterwards.
    const half = Math.floor(memory.length / 2);
    expect(Math.max(...memory.slice(half)) - Math.max(...memory.slice(0, half))).toBeLessThan(40_000_000);
  });
});
