import { concatMap, filter, map, NEVER, type Observable, of } from 'rxjs';
import { describe, it } from 'vitest';
import { type Marbles, opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { type RealtimeConfig, realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import { silence } from '../../operators/turnConditions.js';
import { turnStrategy } from '../../operators/turnStrategy.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { tool } from '../../src/tool.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { TurnDetection } from '../../src/wire/session.js';
import { marbles } from '../marbles.js';

const session = (turn_detection: TurnDetection | null): SocketStep => ({
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 's', audio: { input: { turn_detection } } },
});
const response = (type: 'response.created' | 'response.done', id: string, status: string): SocketStep => ({
  type,
  event_id: 'e',
  response: { id, status, conversation_id: 'conv' },
});
const call = {
  id: 'call',
  type: 'function_call',
  call_id: 'call_1',
  name: 'look',
  arguments: '{}',
  status: 'completed',
} as const;
const place = { event_id: 'e', item_id: 'turn' };

const service: Readonly<Record<string, readonly SocketStep[]>> = {
  o: [opens, session(null)],
  v: [opens, session({ type: 'server_vad' })],
  r: [response('response.created', 'resp_1', 'in_progress')],
  x: [response('response.done', 'resp_1', 'cancelled')],
  d: [response('response.done', 'resp_1', 'completed')],
  R: [response('response.created', 'resp_2', 'in_progress')],
  D: [response('response.done', 'resp_2', 'completed')],
  c: [
    { type: 'conversation.item.added', event_id: 'e', item: { ...call, status: 'in_progress' } },
    { type: 'conversation.item.done', event_id: 'e', item: call },
  ],
  1: [{ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, ...place }],
  2: [{ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, ...place }],
  m: [{ type: 'input_audio_buffer.committed', ...place }],
};

const ask: Command = { type: 'response.create' };
const typed: Command = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And tomorrow?' }] },
};
const stopped = (sentMs?: number): VoiceEvent => ({
  type: 'speech.stopped',
  position: 0,
  durationMs: 100,
  ...(sentMs === undefined ? {} : { sentMs }),
});
const user: Readonly<Record<string, readonly (Command | VoiceEvent)[]>> = {
  q: [ask],
  Q: [{ type: 'response.create', response: { instructions: 'Say goodbye.' } }],
  t: [typed, ask],
  S: [
    { type: 'speech.started', position: 0 },
    { type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(24 * 200)) },
  ],
  E: [stopped(200)],
  // A sound that the service was not sent anything of.
  n: [stopped()],
};

const letters: Partial<Record<ClientEvent['type'], string>> = {
  'input_audio_buffer.commit': 'm',
  'response.cancel': 'x',
};
/** `q` asks for an answer, `Q` for one of its own kind, `t` typed words, `c` the output of a call, `m` the end of a turn, `x` cancels. */
const letterOf = (sent: unknown): string | undefined => {
  const command = sent as ClientEvent;
  if (command.type === 'response.create') return command.response ? 'Q' : 'q';
  if (command.type === 'conversation.item.create') return command.item.type === 'function_call_output' ? 'c' : 't';
  return letters[command.type];
};

/** What is sent in a conversation. */
const sentIn = (
  t: Marbles,
  script: string,
  said: string,
  config: Pick<RealtimeConfig, 'epics' | 'turns'> = {},
): Observable<string | undefined> => {
  const provider = scriptedProvider(t.cold(script, service).pipe(concatMap((steps) => steps)));
  const entries$ = t.hot(said, user).pipe(concatMap((entries) => entries));
  entries$.pipe(realtime(provider, { ...provider, ...config })).subscribe();
  return provider.sent$.pipe(
    map(letterOf),
    filter((letter) => letter !== undefined),
  );
};

const looks = (work: Observable<unknown>): readonly Epic[] => [
  runTools([tool({ name: 'look', description: 'Looks.', parameters: { type: 'object' }, run: () => work })]),
];

describe('an answer that is asked for while another one runs', () => {
  it(
    'waits for the end of what the user says, and answers both',
    marbles((t) => {
      const script = 'o-r----x------';
      const user = '  ---q-S---E----';
      const sent = '  -----x---(mq)-';
      t.expectObservable(sentIn(t, script, user)).toBe(sent);
    }),
  );

  it(
    'is given a second after the user is quiet where what he said was no turn',
    marbles((t) => {
      const script = 'o-r----x------';
      const user = '  ---q-S---n----';
      t.expectObservable(sentIn(t, script, user)).toBe('-----x--- 1s q');
    }),
  );

  it(
    'waits for the turn that a strategy ends later',
    marbles((t) => {
      const script = 'o-r----x------';
      const user = '  ---q-S---E----';
      const turns = turnStrategy({ stop: silence({ ms: 1500 }) });
      t.expectObservable(sentIn(t, script, user, { turns })).toBe('-----x--- 1500ms (mq)');
    }),
  );

  it(
    'is covered by the answer that the service gives to the turn by itself',
    marbles((t) => {
      const script = 'v-r--1-x-2mR--D------';
      const user = '  ---q-----------------';
      t.expectObservable(sentIn(t, script, user)).toBe('');
    }),
  );

  it(
    'is given of its own where it asks for something else than the turn does, and after that',
    marbles((t) => {
      const script = 'o-r----x----R--D---';
      const user = '  ---Q-S---E---------';
      const sent = '  -----x---(mq)--Q---';
      t.expectObservable(sentIn(t, script, user)).toBe(sent);
    }),
  );

  it(
    'is one of its own for each request where nobody speaks',
    marbles((t) => {
      t.expectObservable(sentIn(t, 'o-r----d--R--D', '---q-q--------')).toBe('-------q-----q');
    }),
  );

  it(
    'waits a minute at most for a user who is not quiet',
    marbles((t) => {
      t.expectObservable(sentIn(t, 'o-r----x', '---q-S--')).toBe('-----x 59980ms q');
    }),
  );
});

describe('words that are typed during a tool round', () => {
  it(
    'are answered with the output, by one answer, when the tool is over',
    marbles((t) => {
      const work = t.cold('   ----(d|)');
      const script = 'o-rc-d-------R--D----';
      const user = '  ------t--------------';
      const sent = '  ------t(cq)----------';
      t.expectObservable(sentIn(t, script, user, { epics: looks(work) })).toBe(sent);
    }),
  );

  it(
    'are answered with the output, by one answer, when the response that has called is over',
    marbles((t) => {
      const script = 'o-rc---d---R--D----';
      const user = '  -----t-------------';
      const sent = '  ---c-t-q-----------';
      t.expectObservable(sentIn(t, script, user, { epics: looks(of('done')) })).toBe(sent);
    }),
  );

  it(
    'wait a second at most for a tool, from when it was called',
    marbles((t) => {
      const script = 'o-rc-d--';
      const user = '  ------t-';
      t.expectObservable(sentIn(t, script, user, { epics: looks(NEVER) })).toBe('------t 920ms q 8980ms c');
    }),
  );
});
