import { concatMap, map, type Observable } from 'rxjs';
import { playTo } from '../operators/playTo.js';
import { type RealtimeConfig, realtime } from '../operators/realtime.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { toBase64 } from '../src/wire/base64.js';
import type { ClientEvent } from '../src/wire/client-event.js';
import type { ServerEvent } from '../src/wire/server-event.js';
import { frameMs, type Marbles } from './create-marbles.js';
import { scriptedProvider } from './scripted-provider.js';
import { type ScriptedSinkConfig, scriptedSink } from './scripted-sink.js';
import { opens, type SocketStep } from './socket-steps.js';

/** A conversation in time, as documentation and test: what the service says, what the user does, what is sent and heard. */
export interface ConversationDiagram {
  /** What it shows, in a sentence. */
  readonly title: string;
  /**
   * What the service says: `o` opens, `c` session created (turns are the client's), `r` response begins, `a` and `b`
   * 100 ms of audio of the items A and B, `A` and `B` the end of their audio, `d` response done, `x` response cancelled.
   */
  readonly service: string;
  /** What the user does: `S` begins to speak, `P` has spoken for 500 ms, `E` stops (and the turn is 600 ms long). */
  readonly user: string;
  /** What is sent: `x` cancel, `t` truncate, `D` delete, `m` commit, `q` ask for a response. */
  readonly sent: string;
  /** What sounds in each 20 ms: `a`, `b`, and `-` for silence. */
  readonly heard: string;
  /** What truncations and deletions say, in order. */
  readonly notes?: readonly string[];
  readonly config?: Omit<RealtimeConfig, 'openSocket' | 'playout'>;
  readonly sink?: ScriptedSinkConfig;
  readonly prefillMs?: number;
}

const place = (item: string) => ({ event_id: 'e', response_id: 'resp_1', item_id: item, output_index: 0, content_index: 0 });
const audio = (item: string): ServerEvent => ({
  type: 'response.output_audio.delta',
  ...place(item),
  delta: toBase64(new Int16Array(2400).fill(1000)),
});
const audioDone = (item: string): ServerEvent => ({ type: 'response.output_audio.done', ...place(item) });
const added = (id: string): ServerEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
});
const response = (type: 'response.created' | 'response.done', status: string): ServerEvent => ({
  type,
  event_id: 'e',
  response: { id: 'resp_1', status },
});

const serviceSays: Readonly<Record<string, readonly SocketStep[]>> = {
  o: [opens],
  c: [
    {
      type: 'session.created',
      event_id: 'e',
      session: { type: 'realtime', id: 'sess_1', audio: { input: { turn_detection: null } } },
    },
  ],
  r: [response('response.created', 'in_progress'), added('a'), added('b')],
  a: [audio('a')],
  b: [audio('b')],
  A: [audioDone('a')],
  B: [audioDone('b')],
  d: [response('response.done', 'completed')],
  x: [response('response.done', 'cancelled')],
};
const userDoes: Readonly<Record<string, VoiceEvent>> = {
  S: { type: 'speech.started', position: 0 },
  P: { type: 'speech.progress', position: 12_000, durationMs: 500 },
  E: { type: 'speech.stopped', position: 14_400, durationMs: 600, sentMs: 600 },
};
const letters: Partial<Record<ClientEvent['type'], string>> = {
  'response.cancel': 'x',
  'conversation.item.truncate': 't',
  'conversation.item.delete': 'D',
  'input_audio_buffer.commit': 'm',
  'response.create': 'q',
};

/** A running conversation. */
export interface ConversationRun {
  /** What is sent, by the letters of the diagram. */
  readonly sent$: Observable<string>;
  /** What sounded so far, by the letters of the diagram. */
  heard(): string;
  notes(): readonly string[];
}

/** Runs a conversation in virtual time; it begins when the test's time does. */
export const runConversation = (diagram: ConversationDiagram, { cold, hot, now }: Marbles): ConversationRun => {
  // One letter may stand for several messages of one moment.
  const service = scriptedProvider(cold(diagram.service, serviceSays).pipe(concatMap((steps) => steps)));
  const playout = playTo(scriptedSink(diagram.sink).openSink, { prefillMs: diagram.prefillMs ?? 0 });
  const heard: string[] = [];
  const notes: string[] = [];
  const told = new Map<string, number>();
  const user$ = hot<Command | VoiceEvent>(diagram.user, userDoes);

  const fail = (error: unknown): unknown => notes.push(String(error));
  user$.pipe(realtime(service, { ...service, ...diagram.config, playout })).subscribe({
    next(event) {
      if (event.type !== 'playout.progress') return;
      const before = told.get(event.itemId) ?? 0;
      told.set(event.itemId, event.playedMs);
      const end = Math.round(now() / frameMs);
      for (let at = end - Math.round((event.playedMs - before) / frameMs); at < end; at++) heard[at] = event.itemId;
    },
    error: fail,
  });
  service.sent$.subscribe({
    next(sent) {
      const command = sent as ClientEvent;
      if (command.type === 'conversation.item.truncate') notes.push(`${command.item_id} truncated at ${command.audio_end_ms} ms`);
      if (command.type === 'conversation.item.delete') notes.push(`${command.item_id} deleted`);
    },
    error: fail,
  });
  return {
    sent$: service.sent$.pipe(map((sent) => letters[(sent as ClientEvent).type] ?? '?')),
    heard: () => Array.from(heard, (letter) => letter ?? '-').join(''),
    notes: () => notes,
  };
};

/** A diagram as text, for documentation. */
export const printConversation = ({ title, service, user, sent, heard, notes = [] }: ConversationDiagram): string =>
  [
    title,
    '',
    `  service  ${service}`,
    `  user     ${user.trimStart()}`,
    `  sent     ${sent.trimStart()}`,
    `  heard    ${heard.trimStart()}`,
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
