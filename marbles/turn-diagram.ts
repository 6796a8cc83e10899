import { concatMap, filter, map, type Observable } from 'rxjs';
import { realtime } from '../operators/realtime.js';
import { type TurnStrategyConfig, turnStrategy } from '../operators/turnStrategy.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { toBase64 } from '../src/wire/base64.js';
import type { ClientEvent } from '../src/wire/client-event.js';
import type { ServerEvent } from '../src/wire/server-event.js';
import type { TurnDetection } from '../src/wire/session.js';
import type { Marbles } from './create-marbles.js';
import { scriptedProvider } from './scripted-provider.js';
import { opens, type SocketStep } from './socket-steps.js';

/** Turns in time, as documentation and test: what is heard, when turns begin and end, what is sent for them. */
export interface TurnDiagram {
  /** What it shows, in a sentence. */
  readonly title: string;
  /** The strategy, as one would write it. */
  readonly code: string;
  /**
   * What the client's VAD hears: `S` speech begins, `P` it has gone on for 100 ms more, `E` it is over; `k` a sound of
   * 60 ms. A key, if there is one: `D` down, `U` up.
   */
  readonly user: string;
  /**
   * What the service does: `o` opens; `c`, `v`, `n` session created, with turns of the client, of the service, and of the
   * service without answers; `1` and `2` it hears speech begin and end, `m` it has committed; `r` and `d` response begins
   * and is done; `w` to `z` words: "And then", "… because.", "Hey Rex!", "What time is it?".
   */
  readonly service?: string;
  /** What is said of turns: `s` started, `e` ended, `x` abandoned. */
  readonly turns: string;
  /** What is sent: `m` commit, `q` ask for a response, `c` clear. */
  readonly sent: string;
  /** The same as `code`. */
  readonly strategy: (key$: Observable<boolean>, marbles: Marbles) => TurnStrategyConfig;
}

const session = (turn_detection: TurnDetection | null): readonly SocketStep[] => [
  { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 'sess_1', audio: { input: { turn_detection } } } },
];
const words = (item_id: string, delta: string): readonly SocketStep[] => [
  { type: 'conversation.item.input_audio_transcription.delta', event_id: 'e', item_id, content_index: 0, delta },
];
const says = (event: ServerEvent): readonly SocketStep[] => [event];
const place = { event_id: 'e', item_id: 'item_1' };
const response = (type: 'response.created' | 'response.done', status: string): readonly SocketStep[] =>
  says({ type, event_id: 'e', response: { id: 'resp_1', status } });

const serviceDoes: Readonly<Record<string, readonly SocketStep[]>> = {
  o: [opens],
  c: session(null),
  v: session({ type: 'server_vad' }),
  n: session({ type: 'server_vad', create_response: false, interrupt_response: false }),
  1: says({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, ...place }),
  2: says({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, ...place }),
  m: says({ type: 'input_audio_buffer.committed', ...place }),
  r: response('response.created', 'in_progress'),
  d: response('response.done', 'completed'),
  w: words('item_1', 'And then'),
  x: words('item_1', ' because.'),
  y: words('item_2', 'Hey, Rex! '),
  z: words('item_2', 'What time is it?'),
};

const append = (ms: number): Command => ({ type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(24 * ms)) });
const stopped = (durationMs: number, sentMs: number): VoiceEvent => ({ type: 'speech.stopped', position: 0, durationMs, sentMs });

/** What `encode` makes of it: speech comes with 300 ms of pre-roll. */
const userDoes = (): ((letter: string) => readonly (Command | VoiceEvent)[]) => {
  let ms = 0;
  return (letter) => {
    switch (letter) {
      case 'S':
        ms = 0;
        return [{ type: 'speech.started', position: 0 }, append(300)];
      case 'P':
        ms += 100;
        return [append(100), { type: 'speech.progress', position: 24 * ms, durationMs: ms }];
      case 'E':
        return [stopped(ms, 300 + ms)];
      case 'k':
        return [{ type: 'speech.started', position: 0 }, append(60), stopped(60, 60)];
      default:
        return [];
    }
  };
};

const turnLetters: Partial<Record<VoiceEvent['type'], string>> = {
  'turn.started': 's',
  'turn.ended': 'e',
  'turn.abandoned': 'x',
};
const sentLetters: Partial<Record<ClientEvent['type'], string>> = {
  'input_audio_buffer.commit': 'm',
  'input_audio_buffer.clear': 'c',
  'response.create': 'q',
};

/** Holds a diagram equal to what the strategy does in a conversation. */
export const checkTurns = (diagram: TurnDiagram, marbles: Marbles): void => {
  const { cold, hot, expectObservable } = marbles;
  const service = scriptedProvider(cold(diagram.service ?? '(oc)', serviceDoes).pipe(concatMap((steps) => steps)));
  const letters$ = hot(diagram.user);
  const key$ = letters$.pipe(concatMap((letter) => (letter === 'D' || letter === 'U' ? [letter === 'D'] : [])));
  const turns = turnStrategy(diagram.strategy(key$, marbles));
  const events$ = letters$.pipe(concatMap(userDoes()), realtime(service, { ...service, turns }));
  expectObservable(drawn(service.sent$, sentLetters)).toBe(diagram.sent);
  expectObservable(drawn(events$, turnLetters)).toBe(diagram.turns);
};

/** What has a letter, as its letter. */
const drawn = (entries$: Observable<unknown>, letters: Partial<Record<string, string>>): Observable<string> =>
  entries$.pipe(
    map((entry) => letters[(entry as { readonly type: string }).type]),
    filter((letter) => letter !== undefined),
  );

/** A diagram as text, for documentation. */
export const printTurns = ({ title, code, user, service = '(oc)', turns, sent }: TurnDiagram): string =>
  [
    title,
    '',
    `  ${code}`,
    '',
    `  user     ${user.trim()}`,
    `  service  ${service.trim()}`,
    `  turns    ${turns.trim()}`,
    `  sent     ${sent.trim()}`,
  ].join('\n');
