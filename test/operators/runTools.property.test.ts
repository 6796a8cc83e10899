import fc from 'fast-check';
import {
  concat,
  delay,
  EMPTY,
  from,
  identity,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { laneSession } from '../../operators/laneSession.js';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { tool } from '../../src/tool.js';
import { toBase64 } from '../../src/wire/base64.js';
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
/** What happens in the very tick of something else. */
const reaction = fc.record({
  to: fc.constantFrom<VoiceEvent['type']>(
    'tool.invoked',
    'tool.started',
    'tool.succeeded',
    'conversation.item.done',
    'response.function_call_arguments.done',
    'response.done',
  ),
  is: fc.constantFrom('speech', 'lane', 'again'),
});
const story = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 4 }),
  doneMs: fc.integer({ min: 0, max: 200 }),
  status: fc.constantFrom('completed', 'completed', 'completed', 'cancelled', 'failed'),
  speech: fc.array(
    fc.record({ fromMs: fc.integer({ min: 0, max: 2500 }), ms: fc.integer({ min: 20, max: 800 }), isTurn: fc.boolean() }),
    { maxLength: 3 },
  ),
  switches: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 2500 }), abortsTools: fc.boolean() }), { maxLength: 4 }),
  reactions: fc.array(reaction, { maxLength: 2 }),
  parallel: fc.boolean(),
  onBargeIn: fc.constantFrom('finish' as const, 'cancel' as const),
  place: fc.constantFrom('conversation' as const, 'conversation' as const, 'one lane' as const, 'each lane' as const),
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

/** A turn is 120 ms of sound. */
const sound = toBase64(new Int16Array(24 * 120));

/** Takes turns, and answers what it is asked for. */
const answers = (sent$: Observable<ClientEvent>): Observable<SocketStep> => {
  let count = 1;
  return sent$.pipe(
    mergeMap((sent): Observable<SocketStep> => {
      if (sent.type === 'input_audio_buffer.commit') {
        return of<SocketStep>({ type: 'input_audio_buffer.committed', event_id: 'e', item_id: `turn_${++count}` }).pipe(delay(5));
      }
      if (sent.type !== 'response.create') return EMPTY;
      const response = { id: `resp_${++count}`, conversation_id: 'conv' };
      return concat(
        of<SocketStep>({ type: 'response.created', event_id: 'e', response: { ...response, status: 'in_progress' } }).pipe(
          delay(10),
        ),
        of<SocketStep>({ type: 'response.done', event_id: 'e', response: { ...response, status: 'completed' } }).pipe(delay(60)),
      );
    }),
  );
};

describe('runTools, whatever happens', () => {
  it('runs each call once, answers it once, and asks for one response a turn, after response.done', () => {
    fc.assert(
      fc.property(story, ({ calls, doneMs, status, speech, switches, reactions, parallel, onBargeIn, place }) => {
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
          const service = scriptedProvider(({ sent$ }) => merge(script$, answers(sent$)));

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

          let isBig = false;
          const switched = (abortsTools: boolean): VoiceEvent => {
            isBig = !isBig;
            const [from, to] = isBig ? ['fast', 'big'] : ['big', 'fast'];
            return { type: 'lane.switched', from, to, reason: 'test', confidence: 1, heldFrames: 0, gapMs: 0, abortsTools };
          };
          const speaks: VoiceEvent = { type: 'speech.started', position: 0 };
          const stops: VoiceEvent = { type: 'speech.stopped', position: 0, durationMs: 100 };
          const speech$ = from(speech).pipe(
            mergeMap(({ fromMs, ms, isTurn }): Observable<VoiceEvent | Command> => {
              if (!isTurn) return concat(of(speaks).pipe(delay(fromMs)), of(stops).pipe(delay(ms)));
              return concat(
                from<readonly (VoiceEvent | Command)[]>([speaks, { type: 'input_audio_buffer.append', audio: sound }]).pipe(
                  delay(fromMs),
                ),
                of<VoiceEvent>({ ...stops, sentMs: 120 }).pipe(delay(ms)),
              );
            }),
          );
          const switches$ = from(switches).pipe(
            mergeMap(({ atMs, abortsTools }) => timer(atMs).pipe(map(() => switched(abortsTools)))),
          );
          const reentrant$ = new Subject<VoiceEvent>();
          const waiting = [...reactions];
          const react = (event: VoiceEvent): void => {
            const at = waiting.findIndex(({ to }) => to === event.type);
            const [now] = at < 0 ? [] : waiting.splice(at, 1);
            if (now?.is === 'lane') reentrant$.next(switched(false));
            if (now?.is === 'again') reentrant$.next(event);
            if (now?.is === 'speech') for (const said of [speaks, stops]) reentrant$.next(said);
          };

          const tools = () => runTools([work], { parallel, onBargeIn });
          const lane = (name: string, epics: readonly Epic[]): Lane => ({ name, audio: identity, epics });
          const lanes = [
            lane('fast', place === 'each lane' ? [tools()] : []),
            lane('big', place.endsWith('lane') ? [tools()] : []),
          ];
          const epics = place === 'conversation' ? [tools()] : [laneSession(lanes)];

          const begun: string[] = [];
          const seen = new Set<VoiceEvent>();
          const ended: string[] = [];
          merge(speech$, switches$, reentrant$, NEVER)
            .pipe(realtime(service, { ...service, epics }), takeUntil(timer(600_000)))
            .subscribe((event) => {
              if (!seen.has(event)) {
                if (event.type === 'tool.invoked') begun.push(event.callId);
                if (event.type === 'tool.succeeded' || event.type === 'tool.failed' || event.type === 'tool.timed_out')
                  ended.push(event.callId);
              }
              seen.add(event);
              react(event);
            });
          const answered: string[] = [];
          const asked: number[] = [];
          const outputs: number[] = [];
          let turns = 0;
          let lastTurn: number | undefined;
          service.sent$.subscribe((sent) => {
            const command = sent as ClientEvent;
            if (command.type === 'input_audio_buffer.commit') {
              turns++;
              lastTurn = t.now();
            }
            if (command.type === 'response.create') asked.push(t.now());
            if (command.type === 'conversation.item.create' && command.item.type === 'function_call_output') {
              answered.push(command.item.call_id);
              outputs.push(t.now());
            }
          });
          t.flush();

          const ids = calls.map((_, id) => `call_${id}`);
          expect(new Set(runs).size).toBe(runs.length);
          expect(new Set(answered).size).toBe(answered.length);
          expect(new Set(ended).size).toBe(ended.length);
          expect(ended).toEqual(expect.arrayContaining(begun));
          expect(ended).toEqual(expect.arrayContaining(answered));
          // among the epics of a lane, what comes when the lane was left is nobody's
          if (place !== 'conversation') return;
          expect(ended.toSorted()).toEqual(ids);
          expect(answered.toSorted()).toEqual(ids);
          // two turns may be answered together, but none is left out
          if (lastTurn !== undefined) expect(asked.at(-1)).toBeGreaterThanOrEqual(lastTurn);
          expect(asked.length).toBeLessThanOrEqual(turns + (status === 'completed' ? 1 : 0));
          if (status === 'completed') expect(asked.at(-1)).toBeGreaterThanOrEqual(Math.max(endMs, ...outputs));
        })();
      }),
      { numRuns: 2000 },
    );
  }, 60_000);
});
