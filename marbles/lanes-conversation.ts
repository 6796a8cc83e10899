import { concatMap, type Observable } from 'rxjs';
import { playTo } from '../operators/playTo.js';
import { converse } from '../src/engine/converse.js';
import { fastLane } from '../src/engine/fast-lane.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import { contextual } from '../src/lane-modifiers.js';
import { keywords, plainTalk } from '../src/lane-rules.js';
import { toBase64 } from '../src/wire/base64.js';
import type { ClientEvent } from '../src/wire/client-event.js';
import type { ServerEvent } from '../src/wire/server-event.js';
import type { Marbles } from './create-marbles.js';
import { scriptedProvider } from './scripted-provider.js';
import { scriptedSink } from './scripted-sink.js';
import { opens, type SocketStep } from './socket-steps.js';

/** When an answer starts, and in which lane: a conversation in time, as documentation and test. */
export interface LanesConversation {
  /** What it shows, in a sentence. */
  readonly title: string;
  /**
   * What the service says: `o` opens, `c` session created, `m` has the user's words, `p` understood "How are you?", `w` "What's the weather",
   * `f` nothing, `W` "What's the weather in Tokyo?"; `r` response begins, `a` 100 ms of its audio, `A` the end of the audio, `d` response done, `x` cancelled.
   */
  readonly service: string;
  /** What the user does: `S` begins to speak, `E` stops; `s` and `e` the same for a sound of 60 ms, which is no turn. */
  readonly user: string;
  /** What happens to the lanes: `B` and `F` the big and the fast lane are found to be needed, `b` and `f` are entered, `o` nothing was found in time. */
  readonly lanes: string;
  /** What is sent, but for audio: `u` settings, `m` commit, `q` ask for a response, `x` cancel, `D` delete. */
  readonly sent: string;
  /** Whether the big lane has settings of its own. */
  readonly isAlike?: boolean;
}

const place = { event_id: 'e', response_id: 'resp_1', item_id: 'answer', output_index: 0, content_index: 0 };
const words = { event_id: 'e', item_id: 'question', content_index: 0 };
const response = (type: 'response.created' | 'response.done', status: string): ServerEvent => ({
  type,
  event_id: 'e',
  response: { id: 'resp_1', status },
});
const completed = (transcript: string): ServerEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  ...words,
  transcript,
});

const serviceSays: Readonly<Record<string, readonly SocketStep[]>> = {
  o: [opens],
  c: [
    {
      type: 'session.created',
      event_id: 'e',
      session: { type: 'realtime', id: 'sess_1', instructions: 'Be brief.', audio: { input: { turn_detection: null } } },
    },
  ],
  m: [
    { type: 'input_audio_buffer.committed', event_id: 'e', item_id: 'question' },
    {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { id: 'question', type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_audio' }] },
    },
  ],
  p: [completed('How are you?')],
  f: [
    {
      type: 'conversation.item.input_audio_transcription.failed',
      ...words,
      error: { type: 'transcription_error', code: 'audio_unintelligible', message: 'The audio could not be transcribed.' },
    },
  ],
  w: [{ type: 'conversation.item.input_audio_transcription.delta', ...words, delta: "What's the weather" }],
  W: [completed("What's the weather in Tokyo?")],
  r: [
    response('response.created', 'in_progress'),
    {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { id: 'answer', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
    },
  ],
  a: [{ type: 'response.output_audio.delta', ...place, delta: toBase64(new Int16Array(2400).fill(1000)) }],
  A: [{ type: 'response.output_audio.done', ...place }],
  d: [response('response.done', 'completed')],
  x: [response('response.done', 'cancelled')],
};
const userDoes: Readonly<Record<string, readonly (Command | VoiceEvent)[]>> = {
  S: [
    { type: 'speech.started', position: 0 },
    { type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(14_400)) },
  ],
  E: [{ type: 'speech.stopped', position: 14_400, durationMs: 600, sentMs: 600 }],
  s: [
    { type: 'speech.started', position: 0 },
    { type: 'input_audio_buffer.append', audio: toBase64(new Int16Array(1440)) },
  ],
  e: [{ type: 'speech.stopped', position: 1440, durationMs: 60, sentMs: 60 }],
};
const commandLetters: Partial<Record<ClientEvent['type'], string>> = {
  'session.update': 'u',
  'input_audio_buffer.commit': 'm',
  'response.create': 'q',
  'response.cancel': 'x',
  'conversation.item.delete': 'D',
  'conversation.item.truncate': 't',
};
const laneLetter = (event: VoiceEvent): string | readonly string[] => {
  if (event.type === 'lane.decided') return event.lane.charAt(0).toUpperCase();
  if (event.type === 'lane.entered') return event.lane.charAt(0);
  return event.type === 'lane.overdue' ? 'o' : [];
};

/** A running conversation, by the letters of its diagram. */
export interface LanesRun {
  readonly sent$: Observable<string>;
  readonly lanes$: Observable<string>;
}

/** Runs a conversation in virtual time, with 100 ms to decide and no cool-down; it begins when `lanes$` is subscribed. */
export const runLanes = (diagram: LanesConversation, { cold, hot }: Marbles): LanesRun => {
  const service = scriptedProvider(cold(diagram.service, serviceSays).pipe(concatMap((steps) => steps)));
  const big: Lane = { name: 'big', audio: (input) => input, ...(diagram.isAlike ? {} : { session: { instructions: 'Think.' } }) };
  const events$ = converse({
    provider: service,
    openSocket: service.openSocket,
    playout: playTo(scriptedSink().openSink, { prefillMs: 0 }),
    commands: hot(diagram.user, userDoes).pipe(concatMap((entries) => entries)),
    lanes: [fastLane(), big],
    rules: [contextual(keywords(['weather'])), contextual(plainTalk)],
    hysteresis: { cooldownMs: 0 },
    decideWithinMs: 100,
  });
  return {
    sent$: service.sent$.pipe(concatMap((sent) => commandLetters[(sent as ClientEvent).type] ?? [])),
    lanes$: events$.pipe(concatMap(laneLetter)),
  };
};

/** A diagram as text, for documentation. */
export const printLanesConversation = ({ title, service, user, lanes, sent }: LanesConversation): string =>
  [
    title,
    '',
    `  service  ${service}`,
    `  user     ${user.trimStart()}`,
    `  lanes    ${lanes.trimStart()}`,
    `  sent     ${sent.trimStart()}`,
  ].join('\n');
