import fc from 'fast-check';
import {
  concat,
  concatMap,
  defer,
  delay,
  from,
  ignoreElements,
  map,
  NEVER,
  type Observable,
  of,
  Subject,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { scriptedProvider, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import { runTools } from '../../operators/runTools.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { tool } from '../../src/tool.js';
import type { Item } from '../../src/wire/item.js';
import { marbles } from '../marbles.js';
import { createService, frameOf, type Plan, type Weather } from './service.js';

type UserStep =
  | { readonly do: 'speak'; readonly frames: number; readonly afterMs: number }
  | { readonly do: 'type' | 'rotate'; readonly afterMs: number };
type NetworkStep =
  | { readonly do: 'drop'; readonly code: number; readonly which: 'all' | 'last'; readonly afterMs: number }
  | { readonly do: 'stick'; readonly afterMs: number; readonly forMs: number }
  | { readonly do: 'weather'; readonly weather: Weather; readonly afterMs: number; readonly forMs: number };

const pause = fc.integer({ min: 1, max: 1500 });
const userStep: fc.Arbitrary<UserStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('speak' as const), frames: fc.integer({ min: 1, max: 40 }), afterMs: pause }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('type' as const), afterMs: pause }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const), afterMs: pause }) },
);
const networkStep: fc.Arbitrary<NetworkStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('drop' as const),
      which: fc.constantFrom('all' as const, 'last' as const),
      code: fc.constantFrom(1006, 1011, 1012, 1001),
      afterMs: pause,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('weather' as const),
      weather: fc.constantFrom<Weather>('refuse', 'http503', 'mute', 'cut'),
      afterMs: pause,
      forMs: fc.integer({ min: 1, max: 2000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('stick' as const), afterMs: pause, forMs: fc.integer({ min: 1, max: 12_000 }) }),
  },
);
const plan: fc.Arbitrary<Plan> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('speak' as const),
      pieces: fc.array(fc.integer({ min: 20, max: 400 }), { maxLength: 4 }),
      everyMs: fc.integer({ min: 0, max: 200 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Plan>({ kind: 'call' }) },
);
export const story = fc.record({
  user: fc.array(userStep, { minLength: 1, maxLength: 8 }),
  network: fc.array(networkStep, { maxLength: 6 }),
  plans: fc.array(plan, { maxLength: 8 }),
  latencyMs: fc.integer({ min: 1, max: 60 }),
  spacingMs: fc.integer({ min: 0, max: 3 }),
  toolMs: fc.constantFrom(1, 100, 1500),
  transcribes: fc.constantFrom('all' as const, 'none' as const, 'some' as const),
  // The virtual clock wants whole milliseconds, and none of 0.
  random: fc.constantFrom(0.25, 0.5, 1),
  /** When the subscriber leaves, if it does not stay to the end. */
  leavesAtMs: fc.option(fc.integer({ min: 1, max: 6000 }), { freq: 4 }),
});
/** The user speaks for five to six seconds, and for most of that nothing gets through: more than a socket may hold. */
export const stuckStory = story.map((tale) => ({
  ...tale,
  user: Array.from({ length: 8 }, () => ({ do: 'speak' as const, frames: 38, afterMs: 50 })),
  network: [{ do: 'stick' as const, afterMs: 300, forMs: 12_000 }, ...tale.network],
}));
export type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

const manual: Command = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };
type Outcome = 'completed' | 'left' | 'error';

/** Lets a story happen, in virtual time. */
export const run = (tale: Story) => {
  const { user, network, plans, latencyMs, spacingMs, toolMs, transcribes, random, leavesAtMs } = tale;
  const service = createService({ latencyMs, spacingMs, plans, transcribes });
  const sink = scriptedSink();
  const happened: VoiceEvent[] = [];
  const utterances: number[][] = [];
  const texts: string[] = [];
  const runs: string[] = [];
  const interruptions: { readonly values: readonly number[]; heard: number }[] = [];
  const seen = new Map<string, Item>();
  /** Items that were there at a loss, and are to be there afterwards. */
  const told: string[] = [];
  let frames = 0;
  let endedAt = 0;
  let lastActionAt = 0;
  let outcome: Outcome | undefined;
  let failure: unknown;

  marbles((t) => {
    const over = new Subject<void>();
    /** When an interruption has done its work: what is heard from then on counts. */
    const soon = new Subject<{ heard: number }>();
    soon.pipe(delay(100), takeUntil(over)).subscribe({
      next(interruption) {
        interruption.heard = sink.heard().length;
      },
      error: () => undefined,
    });
    const speak = (count: number): Observable<Command | VoiceEvent> => {
      const numbers = Array.from({ length: count }, () => ++frames);
      if (count * 20 >= 100) utterances.push(numbers);
      const speech = from(numbers).pipe(concatMap((n) => of(frameOf(n) as Command).pipe(delay(20))));
      return concat(
        of<VoiceEvent>({ type: 'speech.started', position: 0 }),
        speech,
        of<VoiceEvent>({ type: 'speech.stopped', position: count * 480, durationMs: count * 20, sentMs: count * 20 }),
      );
    };
    const type = (): Observable<Command> => {
      const id = `text_${texts.length + 1}`;
      texts.push(id);
      return of<Command[]>(
        {
          type: 'conversation.item.create',
          item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: `secret ${id}` }] },
        },
        { type: 'response.create' },
      );
    };
    const act = (step: UserStep): Observable<Command | VoiceEvent> => {
      if (step.do === 'speak') return speak(step.frames);
      return step.do === 'type' ? type() : of<Command>({ type: 'connection.rotate' });
    };
    const source = concat(of(manual), from(user).pipe(concatMap((step) => timer(step.afterMs).pipe(concatMap(() => act(step))))));
    const network$ = from(network).pipe(
      concatMap((step) =>
        timer(step.afterMs).pipe(
          concatMap(() => {
            if (step.do === 'drop') return defer(() => of(service.drop(step.code, step.which)));
            if (step.do === 'stick') {
              service.stick(true);
              return timer(step.forMs).pipe(map(() => service.stick(false)));
            }
            service.change(step.weather);
            return timer(step.forMs).pipe(map(() => service.change('fair')));
          }),
        ),
      ),
      ignoreElements(),
      takeUntil(over),
    );
    const look = tool({
      name: 'look',
      description: 'Looks.',
      parameters: { type: 'object', properties: {} },
      run: (_, { callId }) => {
        runs.push(callId);
        return timer(toolMs).pipe(map(() => 'seen'));
      },
    });
    const end = (how: Outcome): void => {
      outcome ??= how;
      endedAt = t.now();
      over.next();
    };
    const provider = { ...scriptedProvider(NEVER), openSocket: undefined };
    network$.subscribe({ error: () => undefined });
    source
      .pipe(
        realtime(provider, {
          openSocket: service.openSocket,
          playout: playTo(sink.openSink),
          epics: [runTools([look])],
          reconnect: { random: () => random },
          replayTokens: 1_000_000,
        }),
        tap((event) => {
          happened.push(event);
          if (event.type === 'conversation.item.added' && event.item.id != null) seen.set(event.item.id, event.item);
          if (event.type === 'conversation.item.deleted') seen.delete(event.item_id);
          if (event.type === 'connection.lost') told.push(...[...seen.values()].filter(isOfUser).map(({ id }) => id ?? ''));
          if (event.type !== 'speech.started') return;
          const open = happened.flatMap((one) =>
            one.type === 'response.created' ? [service.begun.get(one.response.id ?? '') ?? -1] : [],
          );
          const interruption = { values: open, heard: Number.POSITIVE_INFINITY };
          interruptions.push(interruption);
          soon.next(interruption);
        }),
        takeUntil(leavesAtMs === null ? NEVER : timer(leavesAtMs).pipe(tap(() => end('left')))),
      )
      .subscribe({
        error(error: unknown) {
          failure = error;
          end('error');
        },
        complete() {
          if (outcome === undefined) end('completed');
        },
      });
    t.flush();
    lastActionAt = t.now();
  })();
  return {
    service,
    sink,
    happened,
    utterances,
    texts,
    runs,
    interruptions,
    told,
    endedAt,
    lastActionAt,
    outcome: outcome as Outcome | undefined,
    failure,
  };
};

const isOfUser = (item: Item): boolean => item.type === 'message' && item.role === 'user';
