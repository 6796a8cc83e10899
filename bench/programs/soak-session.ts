import { concat, concatMap, defer, EMPTY, finalize, from, map, type Observable, of, repeat, take, tap, timer } from 'rxjs';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket, Provider, Socket } from '../../src/providers/provider.js';
import { tool, toolDeclarations } from '../../src/tool.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { frameSamples, numbers, type Watch } from './watch-conversation.js';

/** What is counted of all conversations. */
export interface Counts {
  asked: number;
  toolRuns: number;
  frames: number;
}

export interface SoakSession {
  readonly provider: Provider;
  readonly random: () => number;
  /** When it is over: what is open is then brought to an end. */
  readonly isOver: () => boolean;
  readonly counts: Counts;
  readonly watch: Watch;
}

/** One caller who speaks, writes and rotates at random, on a link that breaks at random; completes when all is said and answered. */
export const soakSession = ({ provider, random, isOver, counts, watch }: SoakSession): Observable<VoiceEvent> => {
  let frame = 0;
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));

  /** The connection breaks some seconds after it was opened, from our side of it. */
  const open: OpenSocket = (request) =>
    defer(() => {
      let socket: Socket | undefined;
      const sent = watch.opened();
      const breaks = timer(between(3000, 30_000)).subscribe({ next: () => socket?.terminate?.(), error: () => undefined });
      return openSocket(request).pipe(
        map((event) => {
          if (event.type !== 'open') return event;
          socket = event.socket;
          const { socket: inner } = event;
          return {
            ...event,
            socket: {
              get bufferedAmount() {
                return inner.bufferedAmount;
              },
              send(data: string | Uint8Array) {
                inner.send(data);
                sent(JSON.parse(String(data)) as ClientEvent, inner.bufferedAmount);
              },
              ping: () => inner.ping?.(),
              terminate: () => inner.terminate?.(),
            },
          };
        }),
        finalize(() => breaks.unsubscribe()),
      );
    });

  const speak = (): Observable<Command | VoiceEvent> => {
    const count = between(20, 120);
    counts.asked++;
    return concat(
      of<VoiceEvent>({ type: 'speech.started', position: 0 }),
      timer(0, 20).pipe(
        take(count),
        map((): Command => {
          counts.frames++;
          frame = (frame % numbers) + 1;
          return { type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(frameSamples).fill(frame)) };
        }),
      ),
      of<VoiceEvent>({ type: 'speech.stopped', position: count * frameSamples, durationMs: count * 20, sentMs: count * 20 }),
    );
  };
  const write = (): Observable<Command> => {
    counts.asked++;
    return of<Command[]>(
      {
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Are you there?' }] },
      },
      { type: 'response.create' },
    );
  };
  const act = (): Observable<Command | VoiceEvent> => {
    const dice = random();
    if (dice < 0.65) return speak();
    return dice < 0.9 ? write() : of<Command>({ type: 'connection.rotate' });
  };
  const look = tool({
    name: 'look',
    description: 'Looks.',
    parameters: { type: 'object', properties: {} },
    run(_, { callId }) {
      counts.toolRuns++;
      watch.ran(callId);
      return timer(between(50, 2000)).pipe(map(() => 'seen'));
    },
  });
  const begin: Command = {
    type: 'session.update',
    session: { audio: { input: { turn_detection: null } }, tools: [...toolDeclarations([look])] },
  };
  const turns$ = defer(() => timer(between(200, 4000)).pipe(concatMap(act))).pipe(
    // What is being said is said to its end.
    repeat({ delay: () => (isOver() ? EMPTY : of(0)) }),
  );

  return concat(from([begin]), turns$).pipe(
    realtime(provider, {
      openSocket: open,
      epics: [runTools([look])],
      reconnect: { firstAttempts: 1000, attempts: 1000, withinMs: 600_000, random },
      // Full within the first minute, so that memory that grows afterwards is a leak.
      replayAudioMs: 10_000,
    }),
    tap({ next: (event) => watch.happened(event), complete: () => watch.ended(frame) }),
  );
};
