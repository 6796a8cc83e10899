import { concat, concatMap, EMPTY, from, map, merge, mergeMap, NEVER, type Observable, of, timer } from 'rxjs';
import { expect } from 'vitest';
import { closes, opens, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';
import { ask, at, created, delta, responseCreated, responseDone, run, say, spoken } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

const refusal = (event_id: string): ServerEvent => ({
  type: 'error',
  event_id: 'e',
  error: {
    type: 'invalid_request_error',
    code: 'conversation_already_has_active_response',
    message: 'There is one.',
    param: null,
    event_id,
  },
});
const step = (ms: number, event: ServerEvent): Observable<ServerEvent> => timer(ms).pipe(map(() => event));

export const responsesRows: readonly SurvivalRow[] = [
  {
    row: 25,
    fault: 'audio of an answer that comes after its end, and after it was cancelled',
    kept: 'what comes after the user has interrupted is not played',
    test: marbles((t) => {
      const sink = scriptedSink();
      const seen = run(t, {
        source: concat(of(ask), at(190, { type: 'speech.started', position: 0 }), timer(2000).pipe(concatMap(() => EMPTY))),
        react: (command) =>
          command.type === 'response.create'
            ? merge(
                spoken('resp', 'answer'),
                from([400, 1000, 1500]).pipe(mergeMap((ms) => step(ms, delta('resp', 'answer', 9)))),
              )
            : undefined,
        config: { playout: playTo(sink.openSink, { prefillMs: 0 }) },
      });

      expect(seen.ofType('playout.flushed')).toHaveLength(1);
      expect(sink.heard()).not.toContain(9);
      expect(sink.heard().length).toBeLessThanOrEqual(24 * 190);
      expect(seen.typesOf(1)).toContain('response.cancel');
      expect(seen.typesOf(1)).toContain('conversation.item.truncate');
    }),
  },
  {
    row: 25,
    fault: 'audio of the first session that comes after the second has begun',
    kept: 'the first is not listened to any more',
    test: marbles((t) => {
      const sink = scriptedSink();
      const seen = run(t, {
        source: concat(of(ask), timer(2000).pipe(concatMap(() => EMPTY))),
        script: (attempt) =>
          concat(
            of(opens, created(attempt)),
            attempt === 1
              ? step(170, delta('resp_1_1', 'answer_1_1', 9)).pipe(concatMap((event) => of(closes(1006), event)))
              : NEVER,
          ),
        config: { playout: playTo(sink.openSink, { prefillMs: 0 }) },
      });

      expect(sink.heard()).not.toContain(9);
      expect(seen.ofType('connection.restored')).toHaveLength(1);
    }),
  },
  {
    row: 25,
    fault: 'each event comes twice',
    kept: 'the conversation ends as it should; one answer is asked for, and nothing is left open',
    test: marbles((t) => {
      const sink = scriptedSink();
      const seen = run(t, {
        source: concat(of(say('Count.', 'user_1'), ask), timer(3000).pipe(map(() => say('Thanks.', 'user_2')))),
        faults: [{ type: 'duplicate' }],
        config: { playout: playTo(sink.openSink, { prefillMs: 0 }) },
      });

      expect(seen.error).toBeUndefined();
      expect(seen.typesOf(1)).toEqual(['conversation.item.create', 'response.create', 'conversation.item.create']);
      expect(seen.events.at(-1)).toMatchObject({ type: 'connection.closed', reason: 'completed' });
    }),
  },
  {
    row: 25,
    fault: 'events overtake one another, for 50 dice',
    kept: 'the conversation ends as it should; nothing throws',
    test: () => {
      for (let seed = 0; seed < 50; seed++) {
        marbles((t) => {
          const sink = scriptedSink();
          const seen = run(t, {
            source: concat(of(say('Count.', 'user_1'), ask), timer(3000).pipe(map(() => say('Thanks.', 'user_2')))),
            faults: [{ type: 'reorder', by: 2, probability: 0.3, on: 'response.*' }],
            seed,
            config: { playout: playTo(sink.openSink, { prefillMs: 0 }) },
            until: 30_000,
          });

          expect([seed, seen.error, seen.ofType('diagnostic.epic_failed')]).toEqual([seed, undefined, []]);
          expect(seen.itemsOf(1)).toEqual(['user: Count.', 'user: Thanks.']);
        })();
      }
    },
  },
  {
    row: 26,
    fault: 'three answers asked for at once',
    kept: 'one after the other; none begins before the one ahead of it is done',
    test: marbles((t) => {
      const seen = run(t, { source: of(ask, ask, ask) });
      const [begun, done] = [seen.timesOf('response.created'), seen.timesOf('response.done')];

      expect(begun).toHaveLength(3);
      expect(begun[1]).toBeGreaterThanOrEqual(done[0] ?? Number.NaN);
      expect(begun[2]).toBeGreaterThanOrEqual(done[1] ?? Number.NaN);
    }),
  },
  {
    row: 26,
    fault: 'the service has begun an answer of its own, and refuses the one that is asked for',
    kept: 'asked for again when that is done, once',
    test: marbles((t) => {
      let asked = 0;
      const seen = run(t, {
        source: concat(at(100, ask), timer(2000).pipe(concatMap(() => EMPTY))),
        react: (command) => {
          if (command.type !== 'response.create') return undefined;
          asked++;
          if (asked > 1) return undefined;
          return concat(of(responseCreated('own'), refusal(command.event_id ?? '')), step(500, responseDone('own')));
        },
      });

      expect(seen.typesOf(1).filter((type) => type === 'response.create')).toHaveLength(2);
      expect(seen.ofType('response.done').map(({ response }) => response.status)).toEqual(['completed', 'completed']);
      expect(seen.error).toBeUndefined();
    }),
  },
  {
    row: 26,
    fault: 'the connection is lost while an answer is open of which nothing has come',
    kept: 'the answer is asked for again in the new session, once, and heard once',
    test: marbles((t) => {
      const sink = scriptedSink();
      const seen = run(t, {
        source: concat(of(say('Count.', 'user_1'), ask), timer(3000).pipe(concatMap(() => EMPTY))),
        faults: [{ type: 'destroy', on: 'response.created', connection: 1 }],
        config: { playout: playTo(sink.openSink, { prefillMs: 250 }) },
      });

      expect(seen.typesOf(2).filter((type) => type === 'response.create')).toHaveLength(1);
      expect(sink.heard().filter((sample) => sample === 2000)).toHaveLength(12_000);
      expect(sink.heard().filter((sample) => sample === 1000)).toHaveLength(0);
    }),
  },
];
