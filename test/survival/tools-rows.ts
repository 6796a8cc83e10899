import * as io from 'io-ts';
import { concat, EMPTY, map, merge, NEVER, Observable, of, switchMap, timer } from 'rxjs';
import { expect } from 'vitest';
import { closes, opens } from '../../marbles/index.js';
import { runTools } from '../../operators/runTools.js';
import { type RunTool, type Tool, tool } from '../../src/tool.js';
import type { Item } from '../../src/wire/item.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';
import { added, ask, created, itemDone, responseCreated, responseDone, run, say, spoken } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

const lookUp = (run$: RunTool<{ at: number }>): Tool =>
  tool({ name: 'look', description: 'Looks.', parameters: io.type({ at: io.number }), run: run$ });

const call = (name: string, args: string, status: 'in_progress' | 'completed'): Item => ({
  id: 'item_call',
  type: 'function_call',
  call_id: 'call_1',
  name,
  arguments: args,
  status,
});
/** An answer that calls a function and says nothing. */
const calling = (response: string, name = 'look', args = '{"at":1}'): Observable<ServerEvent> =>
  of(
    responseCreated(response),
    added(call(name, '', 'in_progress')),
    itemDone(call(name, args, 'completed')),
    responseDone(response),
  );

const begun = call('look', '', 'in_progress');
const placeIn = (response_id: string) => ({ event_id: 'e', response_id, output_index: 0 });
const argumentsDone = (response: string): ServerEvent => ({
  type: 'response.function_call_arguments.done',
  ...placeIn(response),
  item_id: 'item_call',
  call_id: 'call_1',
  name: 'look',
  arguments: '{"at":1}',
});
const outputItemDone = (response: string): ServerEvent => ({
  type: 'response.output_item.done',
  ...placeIn(response),
  item: call('look', '{"at":1}', 'completed'),
});

interface Call {
  readonly tools: readonly Tool[];
  readonly name?: string;
  readonly args?: string;
  /** When the first connection is lost. */
  readonly lostAt?: number;
  readonly during?: Observable<never>;
}

/** A question that is answered by a call, and then in words. */
const conversation = (t: Parameters<Parameters<typeof marbles>[0]>[0], { tools, name, args, lostAt }: Call) => {
  let answers = 0;
  return run(t, {
    source: concat(of(say('What time is it?', 'user_1'), ask), timer(15_000).pipe(switchMap(() => EMPTY))),
    answers: (response, item, attempt) => (answers++ === 0 ? calling(response, name, args) : spoken(response, item, attempt)),
    script: (attempt) =>
      concat(
        of(opens, created(attempt)),
        attempt === 1 && lostAt !== undefined ? timer(lostAt).pipe(map(() => closes(1006))) : NEVER,
      ),
    config: { epics: [runTools(tools)] },
  });
};

const endless: { self?: unknown } = {};
endless.self = endless;

const troubles: readonly (readonly [fault: string, told: string, run: RunTool<{ at: number }>])[] = [
  [
    'a tool that throws',
    '{"error":"no clock"}',
    () => {
      throw new Error('no clock');
    },
  ],
  [
    'a tool that fails later',
    '{"error":"no hands"}',
    () =>
      timer(500).pipe(
        map(() => {
          throw new Error('no hands');
        }),
      ),
  ],
  ['a tool whose result holds itself', '{"error":"tool look: the result cannot be written as JSON"}', () => endless],
  [
    'a tool whose result has 5 MB',
    '{"error":"tool look: the result has 5000000 characters, more than 65536; return less"}',
    () => 'x'.repeat(5_000_000),
  ],
];

export const toolsRows: readonly SurvivalRow[] = [
  ...troubles.map(
    ([fault, told, run$]): SurvivalRow => ({
      row: 37,
      fault,
      kept: 'the model is told why, and answers in words',
      test: marbles((t) => {
        const seen = conversation(t, { tools: [lookUp(run$)] });

        expect(seen.itemsOf(1)).toEqual(['user: What time is it?', `output: ${told}`]);
        expect(seen.ofType('tool.failed')).toHaveLength(1);
        expect(seen.ofType('response.output_audio.done')).toHaveLength(1);
      }),
    }),
  ),
  {
    row: 38,
    fault: 'a tool that never comes back',
    kept: 'aborted after 10 s; the model is told, and answers in words; what comes later is not told',
    test: marbles((t) => {
      let aborted = 0;
      const hanging = lookUp((_, { signal }) => {
        signal.addEventListener('abort', () => aborted++);
        return new Observable((subscriber) => {
          const late = timer(12_000).subscribe(() => subscriber.next('noon'));
          return () => late.unsubscribe();
        });
      });
      const seen = conversation(t, { tools: [hanging] });

      expect(aborted).toBe(1);
      expect(seen.timesOf('tool.timed_out')).toEqual([10_000]);
      expect(seen.itemsOf(1)).toEqual(['user: What time is it?', 'output: {"error":"tool look: no result within 10000 ms"}']);
      expect(seen.ofType('response.output_audio.done')).toHaveLength(1);
    }),
  },
  ...(
    [
      ['while the connection is lost', 300, 340],
      ['when there is another session', 300, 900],
      ['as the connection is lost', 300, 300],
    ] as const
  ).map(
    ([when, lostAt, resultAt]): SurvivalRow => ({
      row: 39,
      fault: `a tool has its result ${when}`,
      kept: 'run once; the new session gets the call, its result once, and is asked once to go on',
      test: marbles((t) => {
        let runs = 0;
        const slow = lookUp(() => {
          runs++;
          return timer(resultAt).pipe(map(() => 'noon'));
        });
        const seen = conversation(t, { tools: [slow], lostAt });
        const second = seen.itemsOf(2);

        expect(runs).toBe(1);
        expect(second[1]).toBe('function_call');
        expect(second.filter((item) => item === 'output: noon')).toHaveLength(1);
        expect(second.indexOf('output: noon')).toBeGreaterThan(second.indexOf('function_call'));
        expect(seen.typesOf(2).filter((type) => type === 'response.create')).toHaveLength(1);
        expect(seen.ofType('tool.succeeded')).toHaveLength(1);
        expect(seen.ofType('response.output_audio.done')).toHaveLength(1);
      }),
    }),
  ),
  ...(
    [
      ['comes after the loss', 100, []],
      ['comes at once', 0, []],
      ['comes at once, and so has the item of the response', 0, [outputItemDone]],
    ] as const
  ).map(
    ([when, toolMs, more]): SurvivalRow => ({
      row: 39,
      fault: `a connection is lost when a call has its arguments and its item is not finished; the result ${when}`,
      kept: 'run once; the new session gets the call, its result once, and is asked once to go on',
      test: marbles((t) => {
        let runs = 0;
        const look = lookUp(() => {
          runs++;
          return toolMs === 0 ? of('noon') : timer(toolMs).pipe(map(() => 'noon'));
        });
        let answers = 0;
        const seen = run(t, {
          source: concat(of(say('What time is it?', 'user_1'), ask), timer(15_000).pipe(switchMap(() => EMPTY))),
          answers: (response, item, attempt) =>
            answers++ === 0
              ? of(responseCreated(response), added(begun), argumentsDone(response), ...more.map((event) => event(response)))
              : spoken(response, item, attempt),
          script: (attempt) =>
            concat(of(opens, created(attempt)), attempt === 1 ? timer(300).pipe(map(() => closes(1006))) : NEVER),
          config: { epics: [runTools([look])] },
        });

        expect(runs).toBe(1);
        expect(seen.itemsOf(2).filter((item) => !item.startsWith('system'))).toEqual([
          'user: What time is it?',
          'function_call',
          'output: noon',
        ]);
        expect(seen.typesOf(2).filter((type) => type === 'response.create')).toHaveLength(1);
        expect(seen.ofType('tool.succeeded')).toHaveLength(1);
        expect(seen.ofType('response.output_audio.done')).toHaveLength(1);
      }),
    }),
  ),
  {
    row: 39,
    fault: 'the user speaks while a tool runs',
    kept: 'run once, and its result is told',
    test: marbles((t) => {
      let runs = 0;
      const slow = lookUp(() => {
        runs++;
        return timer(1000).pipe(map(() => 'noon'));
      });
      let answers = 0;
      const seen = run(t, {
        source: merge(
          of(say('What time is it?', 'user_1'), ask),
          timer(500).pipe(map(() => ({ type: 'speech.started', position: 0 }) as const)),
          timer(15_000).pipe(switchMap(() => EMPTY)),
        ),
        answers: (response, item) => (answers++ === 0 ? calling(response) : spoken(response, item)),
        config: { epics: [runTools([slow])] },
      });

      expect(runs).toBe(1);
      expect(seen.itemsOf(1)).toEqual(['user: What time is it?', 'output: noon']);
    }),
  },
  ...(
    [
      ['a call of a tool that there is not', 'fly', '{}', 'there is no such tool'],
      ['a call with arguments that are no JSON', 'look', '{"at":', 'tool look: arguments do not fit: (not JSON)'],
      ['a call with arguments of another type', 'look', '{"at":"noon"}', 'tool look: arguments do not fit: at'],
    ] as const
  ).map(
    ([fault, name, args, told]): SurvivalRow => ({
      row: 40,
      fault,
      kept: 'nothing runs; the model is told why, and answers in words',
      test: marbles((t) => {
        let runs = 0;
        const seen = conversation(t, { tools: [lookUp(() => ++runs)], name, args });

        expect(runs).toBe(0);
        expect(seen.itemsOf(1)).toEqual(['user: What time is it?', `output: ${JSON.stringify({ error: told })}`]);
        expect(seen.ofType('response.output_audio.done')).toHaveLength(1);
      }),
    }),
  ),
];
