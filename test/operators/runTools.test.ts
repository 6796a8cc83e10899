import * as t from 'io-ts';
import { map, NEVER, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import { type RunToolsConfig, runTools } from '../../operators/runTools.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { type RunTool, type Tool, tool } from '../../src/tool.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';

const created: SocketStep = { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } };
const callItem = (id: string, name: string, args: string, status = 'completed') =>
  ({ id: `item_${id}`, type: 'function_call', call_id: `call_${id}`, name, arguments: args, status }) as const;
const place = (id: string) => ({ event_id: 'e', response_id: 'resp_1', output_index: 0, item_id: `item_${id}` });
const added = (id: string, name: string): SocketStep => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: callItem(id, name, '', 'in_progress'),
});
const ready = (id: string, name: string, args: string): SocketStep => ({
  type: 'response.function_call_arguments.done',
  ...place(id),
  call_id: `call_${id}`,
  name,
  arguments: args,
});
const itemDone = (id: string, name: string, args: string): SocketStep => ({
  type: 'conversation.item.done',
  event_id: 'e',
  item: callItem(id, name, args),
});
const outputDone = (id: string, name: string, args: string): SocketStep => ({
  type: 'response.output_item.done',
  event_id: 'e',
  response_id: 'resp_1',
  output_index: 0,
  item: callItem(id, name, args),
});
const done = (status: string): SocketStep => ({ type: 'response.done', event_id: 'e', response: { id: 'resp_1', status } });

const steps = {
  o: opens,
  c: created,
  r: { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } },
  R: { type: 'response.created', event_id: 'e', response: { id: 'resp_2', status: 'in_progress' } },
  D: { type: 'response.done', event_id: 'e', response: { id: 'resp_2', status: 'completed' } },
  // a call of `look`, announced three times
  a: added('a', 'look'),
  '1': ready('a', 'look', '{"at":1}'),
  '2': itemDone('a', 'look', '{"at":1}'),
  '3': outputDone('a', 'look', '{"at":1}'),
  // another one in the same response
  b: added('b', 'look'),
  '4': ready('b', 'look', '{"at":2}'),
  '5': itemDone('b', 'look', '{"at":2}'),
  // calls that cannot run
  u: added('u', 'fly'),
  '6': itemDone('u', 'fly', '{}'),
  w: added('w', 'look'),
  '7': itemDone('w', 'look', '{"at":"noon"}'),
  y: added('y', 'look'),
  '8': itemDone('y', 'look', '{"at":'),
  // one that the application put there
  s: { type: 'conversation.item.added', event_id: 'e', item: callItem('s', 'look', '{"at":3}') },
  '9': itemDone('s', 'look', '{"at":3}'),
  z: { type: 'conversation.item.done', event_id: 'e', item: callItem('a', 'look', '{"at":', 'incomplete') },
  d: done('completed'),
  x: done('cancelled'),
} satisfies Record<string, SocketStep>;

const look = (run: RunTool<{ at: number }>, timeoutMs?: number): Tool =>
  tool({
    name: 'look',
    description: 'Looks.',
    parameters: t.type({ at: t.number }),
    run,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });

const outputOf = (sent: unknown): string | undefined => {
  const command = sent as ClientEvent;
  return command.type === 'conversation.item.create' && command.item.type === 'function_call_output'
    ? `${command.item.call_id} ${command.item.output}`
    : undefined;
};
const letters: Record<string, string> = {
  'call_a done': 'A',
  'call_b done': 'B',
  'call_a {"error":"tool look: cancelled before it had a result"}': 'K',
  'call_b {"error":"tool look: cancelled before it had a result"}': 'L',
};
/** One letter for what was sent: outputs in capitals, `r` for the request to go on. */
const letter = (sent: unknown): string => {
  const output = outputOf(sent);
  return output === undefined ? ((sent as ClientEvent).type === 'response.create' ? 'r' : '?') : (letters[output] ?? output);
};

interface Run {
  readonly service: string;
  readonly user?: Observable<VoiceEvent>;
  readonly tools: readonly Tool[];
  readonly config?: RunToolsConfig;
}

const conversation = (t: Marbles, { service: script, user = NEVER, tools, config }: Run) => {
  const service = scriptedProvider(t.cold(script, steps));
  const events: VoiceEvent[] = [];
  const happened$ = user.pipe(realtime(service, { ...service, epics: [runTools(tools, config)] }));
  happened$.subscribe((event) => events.push(event));
  const told = () =>
    events.flatMap((event) => {
      if (event.type === 'tool.failed') return [`${event.type} ${event.callId} ${event.error.code}`];
      return event.type.startsWith('tool.') && 'callId' in event ? [`${event.type} ${event.callId}`] : [];
    });
  return { sent$: service.sent$, events, told, outputs: () => collected(service.sent$) };
};
const collected = (sent$: Observable<unknown>): readonly string[] => {
  const all: string[] = [];
  sent$.subscribe((sent) => all.push(outputOf(sent) ?? (sent as ClientEvent).type));
  return all;
};

const speaks: VoiceEvent = { type: 'speech.started', position: 0 };
const stops: VoiceEvent = { type: 'speech.stopped', position: 0, durationMs: 0 };

describe('runTools', () => {
  it(
    'runs a call once that is announced three times, and asks for one response when both are over',
    marbles((t) => {
      const work = t.cold('      ---(d|)', { d: undefined });
      const script = '       ocra-123--d-----';
      const ran = '          -----^--!-------';
      const sent = '         --------A-r-----';

      const run = conversation(t, { service: script, tools: [look(() => work)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
      t.expectSubscriptions(work.subscriptions).toBe(ran);
      t.flush();
      expect(run.told()).toEqual(['tool.invoked call_a', 'tool.started call_a', 'tool.succeeded call_a']);
    }),
  );

  it(
    'sends no output before the service has finished the item of the call',
    marbles((t) => {
      const run = conversation(t, { service: 'ocra-1---2-d--', tools: [look(() => undefined)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe('---------A-r--');
    }),
  );

  it(
    'sends the output when the response is done, if its item never was',
    marbles((t) => {
      const run = conversation(t, { service: 'ocra-1-----d--', tools: [look(() => undefined)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe('-----------(Ar)');
    }),
  );

  it(
    'runs the calls of a response in parallel, and asks once when the last one is over',
    marbles((t) => {
      const slow = t.cold('          -----(d|)', { d: undefined });
      const fast = t.cold('           --(d|)', { d: undefined });
      const script = '       oc(rab)-2-5d---------';
      const slowRan = '      --------^----!-------';
      const fastRan = '      ----------^-!--------';
      const sent = '         ------------B(Ar)----';

      const run = conversation(t, { service: script, tools: [look(({ at }) => (at === 1 ? slow : fast))] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
      t.expectSubscriptions(slow.subscriptions).toBe(slowRan);
      t.expectSubscriptions(fast.subscriptions).toBe(fastRan);
    }),
  );

  it(
    'runs one after the other where calls are not to be parallel',
    marbles((t) => {
      const work = t.cold('          ---(d|)', { d: undefined });
      const script = '       oc(rab)-2-5d---------';
      const ran = ['         --------^--!---------', '-----------^--!------'];
      const sent = '         -----------A--(Br)---';

      const run = conversation(t, { service: script, tools: [look(() => work)], config: { parallel: false } });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
      t.expectSubscriptions(work.subscriptions).toBe(ran);
    }),
  );

  it(
    'aborts a call that takes too long, and tells the model',
    marbles((t) => {
      let signal: AbortSignal | undefined;
      const work = t.cold('   --------');
      const script = '    ocra-2-d--------------';
      const ran = '       -----^---!';
      const tools = [
        look((_, context) => {
          signal = context.signal;
          return work;
        }, 80),
      ];
      const run = conversation(t, { service: script, tools });
      t.expectSubscriptions(work.subscriptions).toBe(ran);
      t.flush();
      expect(signal?.aborted).toBe(true);
      expect(run.told().at(-1)).toBe('tool.timed_out call_a');
      expect(run.outputs()).toEqual(['call_a {"error":"tool look: no result within 80 ms"}', 'response.create']);
    }),
  );

  it(
    'waits 10 s for a tool that says nothing of its own',
    marbles((t) => {
      const run = conversation(t, { service: 'ocra-2-d', tools: [look(() => NEVER)] });
      t.expectObservable(run.sent$.pipe(map((sent) => (sent as ClientEvent).type))).toBe('100ms 10s (or)', {
        o: 'conversation.item.create',
        r: 'response.create',
      });
    }),
  );

  it(
    'does not abort the signal of a call that has its result',
    marbles((t) => {
      let signal: AbortSignal | undefined;
      const tools = [
        look((_, context) => {
          signal = context.signal;
          return 1;
        }),
      ];
      conversation(t, { service: 'ocra-2-d--', tools });
      t.flush();
      expect(signal?.aborted).toBe(false);
    }),
  );

  it(
    'lets calls go on while the user speaks, and asks for nothing when the turn is answered',
    marbles((t) => {
      const work = t.cold('     ----(d|)', { d: undefined });
      const script = '    ocra-2-d------R---D---';
      const user = t.hot('-------s----e---------', { s: speaks, e: stops });
      const ran = '       -----^---!------------';
      const sent = '      ---------A------------';

      const run = conversation(t, { service: script, user, tools: [look(() => work)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
      t.expectSubscriptions(work.subscriptions).toBe(ran);
    }),
  );

  it(
    'asks a second after the user has spoken without being answered',
    marbles((t) => {
      const work = t.cold('     ----(d|)', { d: undefined });
      const script = '    ocra-2-d------';
      const user = t.hot('-------s----e-', { s: speaks, e: stops });
      const sent = '      ---------A-- 1s r';

      const run = conversation(t, { service: script, user, tools: [look(() => work)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
    }),
  );

  it(
    'aborts calls when the user speaks, queued ones too, where this is the policy',
    marbles((t) => {
      const work = t.cold('        ---------', { d: undefined });
      const script = '    oc(rab)-2-5d------R---';
      const user = t.hot('-------------s--------', { s: speaks });
      const ran = '       --------^----!--------';
      const sent = '      -------------(KL)-----';

      const config: RunToolsConfig = { onBargeIn: 'cancel', parallel: false };
      const run = conversation(t, { service: script, user, tools: [look(() => work)], config });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
      t.expectSubscriptions(work.subscriptions).toBe(ran);
      t.flush();
      expect(run.told().slice(-2)).toEqual(['tool.failed call_a cancelled', 'tool.failed call_b cancelled']);
    }),
  );

  it(
    'aborts calls when lanes are switched to stop them, and not when they are to go on',
    marbles((t) => {
      const switched: VoiceEvent = {
        type: 'lane.switched',
        from: 'big',
        to: 'fast',
        reason: 'x',
        confidence: 1,
        heldFrames: 0,
        gapMs: 0,
      };
      const work = t.cold('     ---------');
      const script = '    ocra-2-d----------';
      const user = t.hot('---------s--a-----', { s: switched, a: { ...switched, abortsTools: true } });
      const ran = '       -----^------!-----';
      const sent = '      ------------(Kr)--';

      const run = conversation(t, { service: script, user, tools: [look(() => work)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe(sent);
      t.expectSubscriptions(work.subscriptions).toBe(ran);
    }),
  );

  it(
    'does not run a call that was cut short',
    marbles((t) => {
      const run = conversation(t, { service: 'ocra-z-x---', tools: [look(() => undefined)] });
      t.expectObservable(run.sent$, '^ 1m !').toBe('-----------');
    }),
  );

  it(
    'answers the calls of a cancelled response, and does not ask the model to go on',
    marbles((t) => {
      const run = conversation(t, { service: 'ocra-2-x---', tools: [look(() => undefined)] });
      t.expectObservable(run.sent$.pipe(map(letter))).toBe('-----A-----');
    }),
  );

  it(
    'runs no call that the application put into the conversation',
    marbles((t) => {
      const run = conversation(t, { service: 'ocrs-9-d---', tools: [look(() => undefined)] });
      t.expectObservable(run.sent$, '^ 1m !').toBe('-----------');
    }),
  );

  const tells = (title: string, script: string, run: RunTool<{ at: number }>, output: string, end: string) =>
    it(
      title,
      marbles((t) => {
        const all = conversation(t, { service: script, tools: [look(run)] });
        t.flush();
        expect(all.outputs()).toEqual([output, 'response.create']);
        expect(all.told().at(-1)).toBe(end);
      }),
    );

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const fails = (code: string): string => `tool.failed call_a ${code}`;
  tells('tells a result as JSON', 'ocra-2-d', () => ({ ok: [1] }), 'call_a {"ok":[1]}', 'tool.succeeded call_a');
  tells('tells a list that a tool returns as it is', 'ocra-2-d', () => [1, 2], 'call_a [1,2]', 'tool.succeeded call_a');
  tells('tells text as it is', 'ocra-2-d', () => 'sunny', 'call_a sunny', 'tool.succeeded call_a');
  tells('takes the last value of an Observable', 'ocra-2-d', () => of(1, 2), 'call_a 2', 'tool.succeeded call_a');
  tells(
    'tells why a tool threw',
    'ocra-2-d',
    () => {
      throw new Error('no coat');
    },
    'call_a {"error":"no coat"}',
    fails('threw'),
  );
  tells(
    'tells why a tool failed later',
    'ocra-2-d',
    () => throwError(() => new Error('no hat')),
    'call_a {"error":"no hat"}',
    fails('threw'),
  );
  const unwritable = 'call_a {"error":"tool look: the result cannot be written as JSON"}';
  tells('tells that a result holds itself', 'ocra-2-d', () => cyclic, unwritable, fails('bad_result'));
  tells('tells that a result is no JSON', 'ocra-2-d', () => 10n, unwritable, fails('bad_result'));
  tells('tells that a result is a function', 'ocra-2-d', () => () => 1, unwritable, fails('bad_result'));
  tells(
    'tells that a result is too long',
    'ocra-2-d',
    () => 'x'.repeat(5_000_000),
    'call_a {"error":"tool look: the result has 5000000 characters, more than 65536; return less"}',
    fails('bad_result'),
  );
  tells(
    'tells that there is no such tool',
    'ocru-6-d',
    () => 1,
    'call_u {"error":"there is no such tool"}',
    'tool.failed call_u unsupported',
  );
  tells(
    'tells where arguments do not fit',
    'ocrw-7-d',
    () => 1,
    'call_w {"error":"tool look: arguments do not fit: at"}',
    'tool.failed call_w bad_arguments',
  );
  tells(
    'tells that arguments are no JSON',
    'ocry-8-d',
    () => 1,
    'call_y {"error":"tool look: arguments do not fit: (not JSON)"}',
    'tool.failed call_y bad_arguments',
  );

  it(
    'tells the decoded arguments, and nothing of arguments, result or reason in what follows',
    marbles((t) => {
      const { events } = conversation(t, { service: 'ocra-2-d--', tools: [look(() => throwError(() => new Error('secret')))] });
      t.flush();
      expect(events.filter(({ type }) => type.startsWith('tool.'))).toMatchObject([
        { type: 'tool.invoked', functionName: 'look', arguments: { at: 1 }, callId: 'call_a' },
        { type: 'tool.started' },
        { type: 'tool.failed' },
      ]);
      expect(JSON.stringify(events.slice(-3))).not.toContain('secret');
    }),
  );

  it(
    'ends the conversation when its source has ended and its calls have their answers',
    marbles((t) => {
      const work = t.cold('  ------(d|)', { d: undefined });
      const service = scriptedProvider(t.cold('ocra-2d------RD', steps));
      const source = t.hot<VoiceEvent>('---|');
      const ends$ = source.pipe(
        realtime(service, { ...service, epics: [runTools([look(() => work)])] }),
        map(({ type }) => type),
      );
      const last: string[] = [];
      ends$.subscribe((type) => last.push(type));
      t.expectSubscriptions(work.subscriptions).toBe('-----^-----!');
      t.expectObservable(service.sent$.pipe(map(letter))).toBe('-----------(Ar)');
      t.expectSubscriptions(service.subscriptions).toBe('^-------------!');
      t.flush();
      expect(last.at(-1)).toBe('connection.closed');
    }),
  );

  describe('started again', () => {
    const given = (...entries: readonly SocketStep[]): SessionState =>
      (entries as readonly VoiceEvent[]).reduce(sessionState, initialState);
    const outcome = (t: Marbles, state: SessionState, run: RunTool<{ at: number }>) =>
      runTools([look(run)])(t.hot('-----'), () => state).pipe(map((entry) => outputOf(entry) ?? entry.type));

    it(
      'runs the calls that wait, and asks when their response is over',
      marbles((t) => {
        const state = given(steps.r, steps.a, steps['2'], steps.d);
        t.expectObservable(outcome(t, state, () => 1)).toBe('(isore)', {
          i: 'tool.invoked',
          s: 'tool.started',
          o: 'call_a 1',
          r: 'response.create',
          e: 'tool.succeeded',
        });
      }),
    );

    it(
      'does not run again what an earlier start has begun, and tells the model so',
      marbles((t) => {
        const state = [steps.r, steps.a, steps['2'], steps.d].reduce(
          (before, step) => sessionState(before, step as VoiceEvent),
          sessionState(initialState, { type: 'tool.invoked', functionName: 'look', arguments: {}, callId: 'call_a' }),
        );
        let runs = 0;
        t.expectObservable(outcome(t, state, () => ++runs)).toBe('(ore)', {
          o: 'call_a {"error":"tool look: cancelled with what ran it"}',
          r: 'response.create',
          e: 'tool.failed',
        });
        t.flush();
        expect(runs).toBe(0);
      }),
    );
  });

  it('refuses time-outs that are none, and two tools of one name', () => {
    expect(() => runTools([], { timeoutMs: 0 })).toThrow(RangeError);
    expect(() => runTools([look(() => 1), look(() => 2)])).toThrow('two have the name look');
  });
});
