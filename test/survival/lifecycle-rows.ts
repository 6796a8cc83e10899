import fc from 'fast-check';
import { concat, config, EMPTY, ignoreElements, merge, NEVER, of, share, switchMap, takeUntil, takeWhile, timer } from 'rxjs';
import { expect } from 'vitest';
import {
  type Fault,
  faultySocket,
  type Marbles,
  opens,
  scriptedPlayout,
  scriptedProvider,
  scriptedSocket,
} from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openai } from '../../src/providers/openai.js';
import { marbles } from '../marbles.js';
import { ask, at, created, key, run, say, spoken, utterance } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

/** Sockets that were open at one moment. */
const mostAtOnce = (sockets: readonly (readonly [number, number])[]): number =>
  Math.max(0, ...sockets.map(([from]) => sockets.filter(([begin, end]) => begin <= from && from < end).length));

/** A conversation with all that may be under way: speech, an answer through a loudspeaker, a loss. */
const eventful = (t: Marbles, until: number, faults: readonly Fault[] = []) =>
  run(t, {
    source: concat(of(say('Hello.', 'user_1'), ask), timer(700).pipe(switchMap(() => utterance(0, 30))), at(3000, say('Bye.'))),
    faults: [{ type: 'destroy', on: 'response.done', connection: 1 }, ...faults],
    config: { playout: scriptedPlayout() },
    until,
  });

export const lifecycleRows: readonly SurvivalRow[] = [
  {
    row: 41,
    fault: 'a second subscription while the first is under way',
    kept: 'two conversations, each with its own socket and its own state',
    test: marbles((t) => {
      const service = scriptedSocket(({ attempt }) => of(opens, created(attempt)));
      const talk$ = NEVER.pipe(realtime(openai({ apiKey: key }), { openSocket: service.openSocket }));
      const ids: (readonly [string, string])[] = [];
      const note = (name: string) => (event: VoiceEvent) => {
        if (event.type === 'connection.established') ids.push([name, event.connectionId]);
      };
      const first = talk$.subscribe(note('first'));
      const second = talk$.subscribe(note('second'));
      timer(100).subscribe(() => first.unsubscribe());
      timer(200).subscribe(() => second.unsubscribe());
      t.flush();

      expect(ids).toEqual([
        ['first', 'sess_1'],
        ['second', 'sess_2'],
      ]);
      t.expectSubscriptions(service.subscriptions).toBe(['^----!', '^---------!']);
    }),
  },
  {
    row: 41,
    fault: 'connection.close while the connection is being made, is lost, and waits to be made again',
    kept: 'the conversation completes at once; nothing is left open',
    test: () => {
      for (const ms of [5, 105, 1105, 1155]) {
        marbles((t) => {
          const seen = run(t, {
            source: merge(at(ms, { type: 'connection.close' }), NEVER),
            script: (attempt) =>
              concat(timer(100).pipe(switchMap(() => of(opens, created(attempt)))), timer(1000).pipe(switchMap(() => EMPTY))),
            faults: [{ type: 'hang', connection: 2 }],
          });

          expect(seen.end).toEqual({ at: ms });
          expect(seen.events.at(-1)).toMatchObject({ type: 'connection.closed' });
          expect(seen.sockets.every(([, end]) => end <= ms)).toBe(true);
        })();
      }
    },
  },
  {
    row: 41,
    fault: 'a conversation that is left at any moment: 300 moments, with a connection that is lost, refused and made again',
    kept: 'never more than one socket; nothing is told after, and no socket and no timer is left',
    test: () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 4000 }), fc.boolean(), (until, isRefused) => {
          marbles((t) => {
            const seen = eventful(t, until, isRefused ? [{ type: 'refuse', connection: [2, 3] }] : []);

            expect(mostAtOnce(seen.sockets)).toBeLessThanOrEqual(1);
            expect(seen.sockets.every(([, end]) => end <= until)).toBe(true);
            expect(seen.told.every(({ at: ms }) => ms <= until)).toBe(true);
            expect(seen.error).toBeUndefined();
            // Virtual time stands still when there is nothing left to wait for.
            expect(t.now()).toBeLessThanOrEqual(Math.max(until, seen.told.at(-1)?.at ?? 0));
          })();
        }),
        { numRuns: 300 },
      );
    },
  },
  {
    row: 41,
    fault: 'a connection that is lost again and again, while being made too',
    kept: 'every state is told, in order, once: lost, reconnecting, starting, then restored or failed',
    test: marbles((t) => {
      const seen = run(t, {
        source: utterance(0, 200),
        faults: [
          { type: 'destroy', on: 'session.created', connection: 1 },
          { type: 'refuse', connection: 2 },
          { type: 'http', status: 503, connection: 3 },
          { type: 'destroy', on: 'session.updated', connection: 4 },
        ],
      });
      const told = seen.events.flatMap(({ type }) => (type.startsWith('connection.') ? [type.slice(11)] : []));

      expect(told).toEqual(
        [
          'starting established lost reconnecting',
          'starting failed reconnecting',
          'starting failed reconnecting',
          'starting restored lost reconnecting',
          'starting restored closed',
        ]
          .join(' ')
          .split(' '),
      );
      expect(mostAtOnce(seen.sockets)).toBe(1);
    }),
  },
  {
    row: 42,
    fault: 'one of two subscribers throws at each event',
    kept: 'the other gets all of them; the exception is reported, and the conversation goes on',
    test: marbles((t) => {
      const reported: unknown[] = [];
      const before = config.onUnhandledError;
      config.onUnhandledError = (error) => reported.push(error);
      const service = scriptedProvider(() => timer(20).pipe(switchMap(() => of(opens, created(1)))));
      const talk$ = at(100, say('Hello.')).pipe(realtime(service, service), share());
      const heard: string[] = [];
      talk$.subscribe(() => {
        throw new Error('not my day');
      });
      talk$.subscribe(({ type }) => heard.push(type));
      t.flush();
      config.onUnhandledError = before;

      expect(heard).toEqual(['session.created', 'connection.established', 'connection.closed']);
      expect(reported.length).toBeGreaterThanOrEqual(heard.length);
      t.expectSubscriptions(service.subscriptions).toBe('^----!');
    }),
  },
  {
    row: 42,
    fault: 'an epic and a gate that throw',
    kept: 'told of; the conversation goes on',
    test: marbles((t) => {
      const seen = run(t, {
        source: concat(of(say('Hello.', 'user_1'), ask), at(3000, say('Bye.', 'user_2'))),
        answers: spoken,
        config: {
          epics: [
            () => {
              throw new Error('not my day');
            },
          ],
          gates: [
            () => {
              throw new Error('nor mine');
            },
          ],
        },
      });

      expect(seen.ofType('diagnostic.gate_failed')).toHaveLength(1);
      expect(seen.ofType('diagnostic.epic_failed').length).toBeGreaterThan(0);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.', 'user: Bye.']);
      expect(seen.error).toBeUndefined();
    }),
  },
  {
    row: 42,
    fault: 'the subscriber leaves from within each kind of event, the first of it and the second',
    kept: 'nothing more is told or sent; the socket is closed at that moment',
    test: () => {
      const kinds = new Set<string>();
      marbles((t) => {
        for (const { type } of eventful(t, 5000).events) kinds.add(type);
      })();
      expect(kinds.size).toBeGreaterThan(10);
      for (const [kind, nth] of [...kinds].flatMap((each) => [[each, 1] as const, [each, 2] as const])) {
        marbles((t) => {
          const told: string[] = [];
          const service = scriptedSocket(({ attempt }) =>
            merge(
              of(opens, created(attempt)),
              attempt === 1 ? timer(100).pipe(switchMap(() => spoken('resp_1', 'item_1'))) : EMPTY,
            ),
          );
          const openSocket = faultySocket(service.openSocket, [{ type: 'destroy', on: 'response.done', connection: 1 }]);
          merge(of<Command | VoiceEvent>(say('Hello.', 'user_1')), utterance(0, 30), timer(5000).pipe(ignoreElements()))
            .pipe(
              realtime(openai({ apiKey: key }), { openSocket, playout: scriptedPlayout(), reconnect: { random: () => 1 } }),
              takeWhile(({ type }) => told.filter((each) => each === kind).length + (type === kind ? 1 : 0) < nth, true),
              takeUntil(timer(7000)),
            )
            .subscribe(({ type }) => told.push(type));
          t.flush();

          const count = told.filter((each) => each === kind).length;
          expect(count).toBeLessThanOrEqual(nth);
          if (count === nth) expect([kind, told.at(-1)]).toEqual([kind, kind]);
          expect([kind, ...service.subscriptions.filter(({ unsubscribedFrame }) => unsubscribedFrame > 7000)]).toEqual([kind]);
        })();
      }
    },
  },
];
