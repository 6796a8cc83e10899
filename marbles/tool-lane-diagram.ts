import { concatMap, map, merge, NEVER, Subject } from 'rxjs';
import { analyzeContext } from '../operators/analyzeContext.js';
import { type HysteresisConfig, hysteresis } from '../operators/hysteresis.js';
import { laneSession } from '../operators/laneSession.js';
import { ofType } from '../operators/ofType.js';
import { realtime } from '../operators/realtime.js';
import { runTools } from '../operators/runTools.js';
import { switchLanes } from '../operators/switchLanes.js';
import { type Command, isFrame, type VoiceEvent } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import { explicitRequest, functionCall } from '../src/lane-rules.js';
import { tool } from '../src/tool.js';
import type { Marbles } from './create-marbles.js';
import { scriptedProvider } from './scripted-provider.js';
import { opens, type SocketStep } from './socket-steps.js';

/** A conversation between two lanes, one function call in it, as documentation and test. */
export interface ToolLaneDiagram {
  /** What it shows, in a sentence. */
  readonly title: string;
  /** How decisions are kept from flapping. */
  readonly config: HysteresisConfig;
  /**
   * What the service does: `o` opens, `c` session created, `r` an answer begins, `k` it begins to call a function, `l` the call is complete, `d` this
   * answer is over; `i` it has taken in the result; `R` `D` another answer begins and is over.
   */
  readonly service: string;
  /** `f`: somebody asks for the fast lane. */
  readonly asks: string;
  /** Which lane is entered: `b` the big one, `f` the fast one. */
  readonly lanes: string;
  /** When the tool runs: `^` begins, `!` is over or is stopped. */
  readonly tool: string;
  /** How long it would run, as a diagram with one value. */
  readonly takes: string;
  /** What is sent: `f` `b` the settings of a lane, `o` the result of the call, `x` that it was cancelled, `q` a request for an answer. */
  readonly sent: string;
}

const place = { event_id: 'e', response_id: 'resp_1', output_index: 0, item_id: 'item_1' };
const callItem = (status: string) =>
  ({ id: 'item_1', type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}', status }) as const;
const response = (type: 'response.created' | 'response.done', id: string): SocketStep => ({
  type,
  event_id: 'e',
  response: { id, status: type === 'response.done' ? 'completed' : 'in_progress' },
});

const serviceDoes: Readonly<Record<string, readonly SocketStep[]>> = {
  o: [opens],
  c: [{ type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 'sess_1' } }],
  r: [response('response.created', 'resp_1')],
  k: [
    { type: 'response.output_item.added', ...place, item: callItem('in_progress') },
    { type: 'conversation.item.added', event_id: 'e', item: callItem('in_progress') },
  ],
  l: [
    { type: 'response.function_call_arguments.done', ...place, call_id: 'call_1', name: 'get_weather', arguments: '{}' },
    { type: 'conversation.item.done', event_id: 'e', item: callItem('completed') },
    { type: 'response.output_item.done', ...place, item: callItem('completed') },
  ],
  d: [response('response.done', 'resp_1')],
  i: [
    {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { id: 'item_2', type: 'function_call_output', call_id: 'call_1', output: '' },
    },
  ],
  R: [response('response.created', 'resp_2')],
  D: [response('response.done', 'resp_2')],
};

const lanes: readonly Lane[] = [
  { name: 'fast', audio: (input) => input, session: { instructions: 'f' } },
  { name: 'big', audio: (input) => input, session: { instructions: 'b' } },
];

const sentLetter = (sent: unknown): string => {
  const command = sent as Command;
  if (command.type === 'session.update') return command.session.instructions ?? '?';
  if (command.type === 'response.create') return 'q';
  if (command.type !== 'conversation.item.create' || command.item.type !== 'function_call_output') return '?';
  return command.item.output.includes('cancelled') ? 'x' : 'o';
};

/** Holds a diagram equal to what lanes and tools do in a conversation. */
export const checkToolLanes = (diagram: ToolLaneDiagram, { cold, hot, expectObservable, expectSubscriptions }: Marbles): void => {
  const service = scriptedProvider(cold(diagram.service, serviceDoes).pipe(concatMap((steps) => steps)));
  const work = cold(diagram.takes);
  const getWeather = tool({ name: 'get_weather', description: '', parameters: { type: 'object' }, run: () => work });
  // What happens comes back to where it is decided which lane it needs.
  const events$ = new Subject<VoiceEvent>();
  const lane$ = merge(events$.pipe(analyzeContext([explicitRequest, functionCall])), events$).pipe(hysteresis(diagram.config));
  const asked$ = hot(diagram.asks).pipe(map((): VoiceEvent => ({ type: 'lane.request', lane: 'fast' })));
  const switched$ = NEVER.pipe(
    switchLanes(lane$, lanes),
    concatMap((entry) => (isFrame(entry) ? [] : [entry])),
  );
  const conversation$ = merge(switched$, asked$).pipe(
    realtime(service, { ...service, epics: [laneSession(lanes), runTools([getWeather])] }),
  );
  expectObservable(
    events$.pipe(
      ofType('lane.switched'),
      map(({ to }) => to.charAt(0)),
    ),
  ).toBe(diagram.lanes);
  expectObservable(service.sent$.pipe(map(sentLetter))).toBe(diagram.sent);
  expectSubscriptions(work.subscriptions).toBe(diagram.tool);
  conversation$.subscribe(events$);
};

const configOf = (config: HysteresisConfig): string =>
  Object.entries(config)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : value}`)
    .join(', ');

/** A diagram as text, for documentation. */
export const printToolLanes = ({ title, config, service, asks, lanes: entered, tool: runs, sent }: ToolLaneDiagram): string =>
  [
    title,
    '',
    `  hysteresis({ ${configOf(config)} })`,
    '',
    `  service  ${service.trim()}`,
    `  asks     ${asks.trim()}`,
    `  lanes    ${entered.trim()}`,
    `  tool     ${runs.trim()}`,
    `  sent     ${sent.trim()}`,
  ].join('\n');
