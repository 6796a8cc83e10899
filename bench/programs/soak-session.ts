import { concat, concatMap, defer, EMPTY, finalize, from, map, type Observable, of, repeat, take, tap, timer } from 'rxjs';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { OpenSocket, Socket } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';
import { tool, toolDeclarations } from '../../src/tool.js';
import { fromBase64, toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';

const frameSamples = 480;
/** Frames are numbered from 1 up to here, and again. */
const numbers = 30_000;

/** What is counted of all sessions. */
export interface Counts {
  asked: number;
  answered: number;
  losses: number;
  restored: number;
  rotations: number;
  toolRuns: number;
  frames: number;
  readonly gapsMs: number[];
  /** What must not be. */
  readonly broken: string[];
}

export interface SoakSession {
  readonly name: string;
  readonly url: string;
  readonly random: () => number;
  /** When it is over: what is open is then brought to an end. */
  readonly isOver: () => boolean;
  readonly counts: Counts;
}

/** Looks at what one connection is sent: the user's frames in order, without a gap, each once. */
const watchFrames = (name: string, frameNow: () => number, counts: Counts) => {
  let last: number | undefined;
  const see = (audio: string): void => {
    const samples = fromBase64(audio) ?? new Int16Array();
    for (let at = 0; at < samples.length; at += frameSamples) {
      const number = samples[at] ?? 0;
      if (last !== undefined && number !== (last % numbers) + 1) counts.broken.push(`${name}: frame ${number} after ${last}`);
      last = number;
    }
  };
  return {
    sent(command: ClientEvent): void {
      if (command.type === 'input_audio_buffer.append') see(command.audio);
      if (command.type !== 'conversation.item.create' || command.item.type !== 'message') return;
      for (const { audio } of command.item.content ?? []) if (audio != null) see(audio);
    },
    /** The conversation is over: the latest frame is there. */
    end(): void {
      if (last !== undefined && last !== frameNow()) counts.broken.push(`${name}: ended at frame ${last} of ${frameNow()}`);
    },
  };
};

/** One caller who speaks, writes and rotates at random, on a link that breaks at random; completes when all is said and answered. */
export const soakSession = ({ name, url, random, isOver, counts }: SoakSession): Observable<VoiceEvent> => {
  let frame = 0;
  let watch: ReturnType<typeof watchFrames> | undefined;
  const calls = new Set<string>();
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));

  /** The connection breaks some seconds after it was opened, from our side of it. */
  const open: OpenSocket = (request) =>
    defer(() => {
      let socket: Socket | undefined;
      const mine = watchFrames(name, () => frame, counts);
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
                watch = mine;
                mine.sent(JSON.parse(String(data)) as ClientEvent);
                inner.send(data);
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
      of<VoiceEvent>({ type: 'speech.stopped', position: count * 480, durationMs: count * 20, sentMs: count * 20 }),
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
      if (calls.has(callId)) counts.broken.push(`${name}: call ${callId} was run twice`);
      calls.add(callId);
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
    realtime(simulator({ url }), {
      openSocket: open,
      epics: [runTools([look])],
      reconnect: { firstAttempts: 1000, attempts: 1000, withinMs: 600_000, random },
      // Full within the first minute, so that memory that grows afterwards is a leak.
      replayAudioMs: 10_000,
    }),
    tap({ complete: () => watch?.end() }),
  );
};
