import fc from 'fast-check';
import { delay, from, map, merge, mergeMap, NEVER, of, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import type { VoiceEvent } from '../../src/events.js';
import { tool } from '../../src/tool.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

/** How often each of the three announcements of a call comes, and in which order and rhythm. */
const call = fc.record({
  announced: fc.array(
    fc.record({ kind: fc.constantFrom('arguments', 'item', 'output'), afterMs: fc.integer({ min: 0, max: 60 }) }),
    {
      maxLength: 5,
    },
  ),
  beginsMs: fc.integer({ min: 0, max: 300 }),
  takesMs: fc.constantFrom(0, 0, 10, 80, 400, 2000),
  ends: fc.constantFrom('value', 'throw', 'later', 'never'),
});
const story = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 4 }),
  doneMs: fc.integer({ min: 0, max: 200 }),
  status: fc.constantFrom('completed', 'completed', 'completed', 'cancelled', 'failed'),
  speech: fc.array(fc.record({ fromMs: fc.integer({ min: 0, max: 2500 }), ms: fc.integer({ min: 20, max: 800 }) }), {
    maxLength: 3,
  }),
  parallel: fc.boolean(),
  onBargeIn: fc.constantFrom('finish' as const, 'cancel' as const),
});

const item = (id: number, status = 'completed') =>
  ({ id: `item_${id}`, type: 'function_call', call_id: `call_${id}`, name: 'work', arguments: `{"id":${id}}`, status }) as const;
const announcement = (id: number, kind: string): ServerEvent => {
  const place = { event_id: 'e', response_id: 'resp_1', output_index: id };
  if (kind === 'item') return { type: 'conversation.item.done', event_id: 'e', item: item(id) };
  if (kind === 'output') return { type: 'response.output_item.done', ...place, item: item(id) };
  const { call_id, arguments: args, name } = item(id);
  return { type: 'response.function_call_arguments.done', ...place, item_id: `item_${id}`, call_id, arguments: args, name };
};

describe('runTools, whatever happens', () => {
  it('runs each call once, answers it once, and asks for one response, after response.done', () => {
    fc.assert(
      fc.property(story, ({ calls, doneMs, status, speech, parallel, onBargeIn }) => {
        marbles((t) => {
          const steps: (readonly [number, SocketStep])[] = [
            [0, opens],
            [0, { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } }],
            [0, { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } }],
          ];
          let last = 0;
          calls.forEach(({ announced, beginsMs }, id) => {
            steps.push([beginsMs, { type: 'conversation.item.added', event_id: 'e', item: item(id, 'in_progress') }]);
            let at = beginsMs;
            // the service finishes every item at least once
            for (const { kind, afterMs } of [...announced, { kind: 'item', afterMs: 5 }]) {
              at += afterMs;
              steps.push([at, announcement(id, kind)]);
            }
            last = Math.max(last, at);
          });
          const endMs = last + doneMs;
          steps.push([endMs, { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status } }]);
          const script$ = from(steps).pipe(mergeMap(([ms, step]) => (ms === 0 ? of(step) : of(step).pipe(delay(ms)))));

          const runs: number[] = [];
          const work = tool({
            name: 'work',
            description: 'Works.',
            parameters: { type: 'object' },
            timeoutMs: 1000,
            run: ({ id }) => {
              const { takesMs, ends } = calls[Number(id)] ?? { takesMs: 0, ends: 'value' };
              runs.push(Number(id));
              if (ends === 'throw') throw new Error('no');
              if (ends === 'never') return NEVER;
              return takesMs === 0 && ends === 'value' ? 'yes' : timer(takesMs).pipe(map(() => 'yes'));
            },
          });
          const service = scriptedProvider(script$);
          const speech$ = from(speech).pipe(
            mergeMap(({ fromMs, ms }) =>
              merge(
                of<VoiceEvent>({ type: 'speech.started', position: 0 }).pipe(delay(fromMs)),
                of<VoiceEvent>({ type: 'speech.stopped', position: 0, durationMs: ms }).pipe(delay(fromMs + ms)),
              ),
            ),
          );
          const ended: string[] = [];
          merge(speech$, NEVER)
            .pipe(realtime(service, { ...service, epics: [runTools([work], { parallel, onBargeIn })] }))
            .subscribe((event) => {
              if (event.type === 'tool.succeeded' || event.type === 'tool.failed' || event.type === 'tool.timed_out')
                ended.push(event.callId);
            });
          const answered: string[] = [];
          const asked: number[] = [];
          service.sent$.subscribe((sent) => note(sent as ClientEvent, answered, asked, t.now()));
          t.flush();

          const ids = calls.map((_, id) => `call_${id}`);
          expect(new Set(runs).size).toBe(runs.length);
          expect(answered.toSorted()).toEqual(ids);
          expect(ended.toSorted()).toEqual(ids);
          expect(asked).toHaveLength(status === 'completed' ? 1 : 0);
          if (asked[0] !== undefined) expect(asked[0]).toBeGreaterThanOrEqual(endMs);
        })();
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

const note = (sent: ClientEvent, answered: string[], asked: number[], now: number): void => {
  if (sent.type === 'conversation.item.create' && sent.item.type === 'function_call_output') answered.push(sent.item.call_id);
  if (sent.type === 'response.create') asked.push(now);
};
