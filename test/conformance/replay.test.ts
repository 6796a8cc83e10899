import {
  BehaviorSubject,
  concat,
  EMPTY,
  first,
  ignoreElements,
  lastValueFrom,
  map,
  type Observable,
  of,
  tap,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, type SocketStep, scriptedSocket } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { openSocket as openRealSocket } from '../../src/node/index.js';
import { openai } from '../../src/providers/openai.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import { startSimulator } from '../../src/simulator/index.js';
import { initialState, type SessionState } from '../../src/state/session-state.js';
import { hasShared, shared } from '../shared.js';
import { type Recorded, recordings } from './recordings.js';
import { known, truth } from './truth.js';

type Side = Recorded['dir'];

/** One side of a session: each event when as much was heard of the other side as had been when it was recorded. */
const says = (side: Side, lines: readonly Recorded[], heard$: Observable<number>): Observable<Recorded['ev']> => {
  const heardBefore = (at: number) => lines.slice(0, at).filter(({ dir }) => dir !== side).length;
  const turnOf = ({ ev }: Recorded, at: number) =>
    heard$.pipe(
      first((heard) => heard >= heardBefore(at)),
      map(() => ev),
    );
  return concat(...lines.flatMap((line, at) => (line.dir === side ? [turnOf(line, at)] : [])));
};

const count = (heard$: BehaviorSubject<number>): void => heard$.next(heard$.value + 1);

/** The service of a recording. */
const service = (lines: readonly Recorded[]) =>
  scriptedSocket(({ sent$ }) => {
    const heard$ = new BehaviorSubject(0);
    sent$.subscribe(() => count(heard$));
    return concat(of(opens), says('s2c', lines, heard$).pipe(map((ev) => ev as unknown as SocketStep)));
  });

const own = /^(connection|playout)\./;

/** Holds the client's side of a recorded session, and hangs up when all has come: what came, and the state at the end. */
const hold = async (lines: readonly Recorded[], openSocket: OpenSocket, url = 'ws://recorded') => {
  const heard$ = new BehaviorSubject(0);
  let state: () => SessionState = () => initialState;
  const watch: Epic = (_, current) => {
    state = current;
    return EMPTY;
  };
  const all = lines.filter(({ dir }) => dir === 's2c').length;
  const commands$ = says('c2s', lines, heard$).pipe(map((ev) => ev as unknown as Command));
  const hungUp$ = heard$.pipe(
    first((heard) => heard >= all),
    ignoreElements(),
  );
  const events$ = concat(commands$, hungUp$).pipe(
    realtime(openai({ apiKey: 'sk-test', url }), { openSocket, epics: [watch] }),
    tap<VoiceEvent>(({ type }) => {
      if (!own.test(type)) count(heard$);
    }),
    toArray(),
  );
  return { events: await lastValueFrom(events$), state: state() };
};

const said = (side: Side, lines: readonly Recorded[]): readonly unknown[] =>
  lines.filter(({ dir }) => dir === side).map(({ ev }) => ev);

/** What we said, without the ids that refusals would name. */
const withoutIds = (sent: readonly unknown[]): readonly unknown[] =>
  sent.map((command) => {
    const { event_id: _, ...rest } = command as Record<string, unknown>;
    return rest;
  });

const expectToBe = ({ conversation, connection }: SessionState, lines: readonly Recorded[]): void => {
  expect(known(conversation)).toEqual(truth(lines));
  expect(conversation.activeResponseId).toBeUndefined();
  expect(conversation.pendingCalls.size).toBe(0);
  expect(conversation.unacknowledged).toEqual([]);
  expect(connection).toMatchObject({ status: 'closed' });
};

describe.skipIf(!hasShared)('a recorded session, replayed against realtime (needs ../shared)', () => {
  for (const { name, lines } of recordings('openai', 'azure')) {
    it(`${name}: every event comes as it was recorded, without a diagnostic, and every command is sent`, async () => {
      const { openSocket, sent$ } = service(lines);
      const sent: unknown[] = [];
      sent$.subscribe((command) => sent.push(command));
      const { events } = await hold(lines, openSocket);
      expect(events.filter(({ type }) => !own.test(type))).toEqual(said('s2c', lines));
      expect(withoutIds(sent)).toEqual(withoutIds(said('c2s', lines)));
      expect(events.at(-1)).toEqual({ type: 'connection.closed', reason: 'completed' });
    });

    it(`${name}: the state at the end is what the session said`, async () => {
      const { state } = await hold(lines, service(lines).openSocket);
      expectToBe(state, lines);
    });

    it(`${name}: the simulator plays it over a real socket, with the same end`, async () => {
      await using simulator = await startSimulator({ voice: 'built-in', replay: shared(`fixtures/recordings/${name}`) });
      const { events, state } = await hold(lines, openRealSocket, simulator.url);
      expect(events.filter(({ type }) => !own.test(type))).toEqual(said('s2c', lines));
      expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
      expectToBe(state, lines);
    });
  }
});
