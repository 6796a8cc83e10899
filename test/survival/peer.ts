import {
  concat,
  concatMap,
  delay,
  EMPTY,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { type Fault, faultySocket, type Marbles, opens, type SocketStep, scriptedSocket } from '../../marbles/index.js';
import { type RealtimeConfig, realtime } from '../../operators/realtime.js';
import type { EngineError } from '../../src/errors.js';
import type { Command, OfType, VoiceEvent } from '../../src/events.js';
import { openai } from '../../src/providers/openai.js';
import type { Provider } from '../../src/providers/provider.js';
import { fromBase64, toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { Item } from '../../src/wire/item.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { type Link, slowLink } from './slow-link.js';

/** The n-th session begins; turns are the client's. */
export const created = (attempt: number): ServerEvent => ({
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: `sess_${attempt}`, audio: { input: { turn_detection: null } } },
});

/** Frame number `value` of 20 ms, which can be told from all others. */
export const frame = (value: number): Command => ({
  type: 'input_audio_buffer.append',
  audio: toBase64(new Int16Array(480).fill(value)),
});

/** Frames at the pace of a microphone, the first after 20 ms. */
export const frames = (from0: number, count: number): Observable<Command> =>
  from(Array.from({ length: count }, (_, at) => from0 + at)).pipe(concatMap((at) => timer(20).pipe(map(() => frame(at)))));

/** An utterance of so many frames, as the client's VAD tells it. */
export const utterance = (from0: number, count: number): Observable<Command | VoiceEvent> =>
  concat(
    of<VoiceEvent>({ type: 'speech.started', position: from0 * 480 }),
    frames(from0, count),
    of<VoiceEvent>({
      type: 'speech.stopped',
      position: (from0 + count) * 480,
      durationMs: count * 20,
      sentMs: count * 20,
    }),
  );

/** Something that the source says at a moment. */
export const at = (ms: number, entry: Command | VoiceEvent): Observable<Command | VoiceEvent> => timer(ms).pipe(map(() => entry));
export const ask: Command = { type: 'response.create' };
export const say = (text: string, id?: string): Command => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }], ...(id === undefined ? {} : { id }) },
});

export const place = (response: string, item: string) => ({
  event_id: 'e',
  response_id: response,
  item_id: item,
  output_index: 0,
  content_index: 0,
});
/** 100 ms of audio, all of one value. */
export const delta = (response: string, item: string, value = 1000): ServerEvent => ({
  type: 'response.output_audio.delta',
  ...place(response, item),
  delta: toBase64(new Int16Array(2400).fill(value)),
});
export const responseCreated = (id: string): ServerEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id, status: 'in_progress' },
});
export const responseDone = (id: string, status = 'completed'): ServerEvent => ({
  type: 'response.done',
  event_id: 'e',
  response: { id, status },
});
export const added = (item: Item): ServerEvent => ({ type: 'conversation.item.added', event_id: 'e', item });
export const itemDone = (item: Item): ServerEvent => ({ type: 'conversation.item.done', event_id: 'e', item });

/** Five words, one in each 100 ms: short ones, for how long words take to speak is estimated by their letters. */
export const words = ['A', ' B', ' C', ' D', ' E'] as const;

/** An answer of five words and 500 ms of audio, which comes twice as fast as it is spoken; its samples are 1000 in the first session, 2000 in the second. */
export const spoken = (response: string, item: string, attempt = 1): Observable<ServerEvent> =>
  concat(
    of(
      responseCreated(response),
      added({ id: item, type: 'message', role: 'assistant', status: 'in_progress', content: [] }),
      ...words.map(
        (word): ServerEvent => ({ type: 'response.output_audio_transcript.delta', ...place(response, item), delta: word }),
      ),
    ),
    from(words).pipe(concatMap(() => of(delta(response, item, attempt * 1000)).pipe(delay(50)))),
    of<ServerEvent[]>(
      { type: 'response.output_audio.done', ...place(response, item) },
      itemDone({
        id: item,
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_audio', transcript: words.join('') }],
      }),
      responseDone(response),
    ),
  );

/** What the service answers, beside what every service does. */
export type Answers = (response: string, item: string, attempt: number) => Observable<ServerEvent>;

/** A service that does what it is told: settings, turns, items, answers. */
export const obliging = (attempt: number, answers: Answers = spoken) => {
  let count = 0;
  let open = '';
  const cancelled$ = new Subject<void>();
  return (command: ClientEvent): Observable<ServerEvent> => {
    const id = `${attempt}_${++count}`;
    switch (command.type) {
      case 'session.update':
        return of({
          type: 'session.updated',
          event_id: 'e',
          session: { id: `sess_${attempt}`, audio: { input: { turn_detection: null } }, ...command.session },
        } as ServerEvent);
      case 'input_audio_buffer.commit': {
        const item: Item = {
          id: `user_${id}`,
          type: 'message',
          role: 'user',
          status: 'completed',
          content: [{ type: 'input_audio' }],
        };
        return of<ServerEvent[]>(
          { type: 'input_audio_buffer.committed', event_id: 'e', item_id: `user_${id}` },
          added(item),
          itemDone(item),
        );
      }
      case 'conversation.item.create': {
        const item = { ...command.item, id: command.item.id ?? `item_${id}` } as Item;
        return of(added(item), itemDone(item));
      }
      case 'conversation.item.delete':
        return of<ServerEvent>({ type: 'conversation.item.deleted', event_id: 'e', item_id: command.item_id });
      case 'conversation.item.truncate':
        return of<ServerEvent>({
          type: 'conversation.item.truncated',
          event_id: 'e',
          item_id: command.item_id,
          content_index: 0,
          audio_end_ms: command.audio_end_ms,
        });
      case 'response.create':
        open = `resp_${id}`;
        return answers(open, `answer_${id}`, attempt).pipe(takeUntil(cancelled$));
      case 'response.cancel':
        cancelled$.next();
        return of(responseDone(open, 'cancelled'));
      default:
        return EMPTY;
    }
  };
};

export interface Scene {
  /** What the user and the application do. */
  readonly source: Observable<Command | VoiceEvent>;
  readonly faults?: readonly Fault[];
  /** What the service does of itself: @default it opens, and says that the session is there */
  readonly script?: (attempt: number) => Observable<SocketStep>;
  readonly answers?: Answers;
  /** What it does with a command in place of what every service does, if anything. */
  readonly react?: (command: ClientEvent, attempt: number) => Observable<ServerEvent> | undefined;
  /** For the dice of the faults. */
  readonly seed?: number;
  readonly provider?: Provider;
  readonly config?: Partial<RealtimeConfig>;
  /** When the subscriber has had enough; @default when the source has ended */
  readonly until?: number;
  readonly bufferedAmount?: () => number;
  /** What is between the sockets and the service; @default nothing */
  readonly link?: Link;
}

export const key = 'sk-secret';

/** Runs a conversation in virtual time, with waits that are as long as they may be, and says what came of it. */
export const run = (t: Marbles, scene: Scene) => {
  const { source, faults = [], answers, provider = openai({ apiKey: key }), config = {} } = scene;
  const script = scene.script ?? ((attempt) => of(opens, created(attempt)));
  const sent: ClientEvent[][] = [];
  const told: { readonly at: number; readonly event: VoiceEvent }[] = [];
  let end: { readonly at: number; readonly error?: EngineError } | undefined;
  const socket = scriptedSocket(({ attempt, sent$ }) => {
    const answer = obliging(attempt, answers);
    const heard: ClientEvent[] = [];
    sent.push(heard);
    return merge(
      sent$.pipe(
        mergeMap((command) => {
          heard.push(command);
          return scene.react?.(command, attempt) ?? answer(command);
        }),
      ),
      script(attempt),
    );
  }, scene.bufferedAmount);

  const faulty = faultySocket(socket.openSocket, faults, { seed: scene.seed ?? 0 });
  const way = scene.link && slowLink(faulty, scene.link);
  const subscription = source
    .pipe(
      realtime(provider, {
        openSocket: way?.openSocket ?? faulty,
        ...config,
        reconnect: config.reconnect ?? { random: () => 1 },
      }),
    )
    .subscribe({
      next: (event) => told.push({ at: t.now(), event }),
      error: (error: unknown) => {
        end = { at: t.now(), error: error as EngineError };
      },
      complete: () => {
        end = { at: t.now() };
      },
    });
  if (scene.until !== undefined) timer(scene.until).subscribe(() => subscription.unsubscribe());
  t.flush();
  const all = told.map(({ event }) => event);
  return {
    /** Bytes between two moments, where there is a link. */
    mostUnderWay: (from: number, to: number): number => way?.mostUnderWay(from, to) ?? 0,
    /** What each connection was sent. */
    sent: sent as readonly (readonly ClientEvent[])[],
    typesOf: (connection: number): readonly string[] => (sent[connection - 1] ?? []).map(({ type }) => type),
    /** The numbers of the frames that a connection was sent. */
    framesOf: (connection: number): readonly number[] =>
      (sent[connection - 1] ?? []).flatMap((command) =>
        command.type === 'input_audio_buffer.append' ? [fromBase64(command.audio)?.[0] ?? -1] : [],
      ),
    /** The words of the items that a connection was sent, with who said them. */
    itemsOf: (connection: number): readonly string[] =>
      (sent[connection - 1] ?? []).flatMap((command) => {
        if (command.type !== 'conversation.item.create') return [];
        const { item } = command;
        if (item.type === 'message') {
          const text = (item.content ?? []).map((part) => ('text' in part ? part.text : part.type)).join('');
          return [`${item.role}: ${text}`];
        }
        return [item.type === 'function_call_output' ? `output: ${item.output}` : item.type];
      }),
    events: all,
    told,
    ofType: <Type extends VoiceEvent['type']>(type: Type) =>
      all.filter((event): event is OfType<VoiceEvent, Type> => event.type === type),
    /** When each event of a type came. */
    timesOf: (type: string): readonly number[] => told.flatMap(({ at: ms, event }) => (event.type === type ? [ms] : [])),
    end,
    error: end?.error,
    /** When each socket was opened and closed. */
    sockets: socket.subscriptions.map(({ subscribedFrame, unsubscribedFrame }) => [subscribedFrame, unsubscribedFrame] as const),
  };
};

/** Numbers of frames. */
export const numbers = (from0: number, count: number): readonly number[] => Array.from({ length: count }, (_, n) => from0 + n);

/** How many of these moments, which are in order, lie within any one span of so many milliseconds. */
export const mostWithin = (times: readonly number[], ms: number): number =>
  Math.max(0, ...times.map((from, at) => times.slice(at).filter((time) => time < from + ms).length));
