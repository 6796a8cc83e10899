import fc from 'fast-check';
import { concatMap, delay, filter, from, identity, merge, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { laneSession } from '../../operators/laneSession.js';
import { realtime } from '../../operators/realtime.js';
import { switchLanes } from '../../operators/switchLanes.js';
import type { VoiceFrame } from '../../src/audio.js';
import { type Command, isFrame, type LaneDecision, type VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import type { Session, SessionPatch } from '../../src/wire/session.js';
import { counted } from '../lane-frames.js';
import { delayed, ending, throwing } from '../lane-stages.js';
import { marbles } from '../marbles.js';

const names: readonly string[] = ['fast', 'big', 'own'];

/** Settings that lanes may name, or not; some of them null in one lane and not in another. */
const settings = {
  tool_choice: fc.constantFrom('auto', 'none', 'required'),
  transcription: fc.constantFrom(null, { model: 'whisper-1' }, { model: 'gpt-4o-transcribe', language: 'es' }),
  noise_reduction: fc.constantFrom(null, { type: 'near_field' }, { type: 'far_field' }),
  speed: fc.constantFrom(1, 1.2),
};
type Settings = { readonly [name in 'instructions' | keyof typeof settings]?: unknown };

/** Where they stand on the wire. */
const sessionOf = ({ instructions, tool_choice, transcription, noise_reduction, speed }: Settings): SessionPatch =>
  ({
    ...(instructions === undefined ? {} : { instructions }),
    ...(tool_choice === undefined ? {} : { tool_choice }),
    audio: {
      input: {
        ...(transcription === undefined ? {} : { transcription }),
        ...(noise_reduction === undefined ? {} : { noise_reduction }),
      },
      output: speed === undefined ? {} : { speed },
    },
  }) as SessionPatch;

/** What a session says of them. */
const settingsIn = ({ instructions, tool_choice, audio }: Session): Settings => ({
  instructions,
  tool_choice,
  transcription: audio?.input?.transcription,
  noise_reduction: audio?.input?.noise_reduction,
  speed: audio?.output?.speed,
});

/** As the service does it: `audio`, its input and its output are merged, all else is replaced. */
const updated = ({ audio, ...session }: Session, { audio: patch, ...rest }: SessionPatch): Session =>
  ({
    ...session,
    ...rest,
    audio: { input: { ...audio?.input, ...patch?.input }, output: { ...audio?.output, ...patch?.output } },
  }) as Session;

const few = fc.integer({ min: 0, max: 6 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'frame' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('decide' as const), lane: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tokens' as const), max: fc.integer({ min: 1, max: 9 }) }) },
);
const own = fc.record(settings, { requiredKeys: [] });
const stage = fc.constantFrom<Lane['audio']>(identity, delayed(1), delayed(3), throwing(2), ending(2));
const story = fc.record({
  before: fc.record(settings),
  lanes: fc.tuple(own, own, own),
  stages: fc.tuple(stage, stage, stage),
  /** How many frames the service waits with its first word, and with each answer to a `session.update`. */
  readyAfter: few,
  answersAfter: fc.array(few, { minLength: 1, maxLength: 8 }),
  steps: fc.array(step, { maxLength: 30 }),
  /** Decisions that arise while the event of this number is being told. */
  reentrant: fc.array(fc.record({ at: fc.integer({ min: 1, max: 20 }), lane: fc.constantFrom(...names) }), { maxLength: 4 }),
});

const decision = (lane: string): LaneDecision => ({ lane, reason: 'test', confidence: 1, at: 0 });
const frameMs = 20;

describe('laneSession', () => {
  it('sends settings in the order of the lanes, and leaves the session with exactly those of the active one', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(story, ({ before, lanes: drawn, stages, readyAfter, answersAfter, steps, reentrant }) => {
        marbles(({ flush }) => {
          const first = updated({ type: 'realtime', max_output_tokens: 100 }, sessionOf({ instructions: 'Before.', ...before }));
          const lanes = names.map((name, index): Lane => {
            return { name, audio: stages[index] ?? identity, session: sessionOf({ instructions: name, ...drawn[index] }) };
          });

          // The service answers updates one after the other, each in its own time.
          let session = first;
          const service = scriptedProvider(({ sent$ }) => {
            const ready$ = from<SocketStep[]>([opens, { type: 'session.created', event_id: 'e', session }]);
            const answers$ = sent$.pipe(
              filter((sent) => sent.type === 'session.update'),
              concatMap((sent, index) => {
                session = updated(session, sent.session);
                const answer: SocketStep = { type: 'session.updated', event_id: 'e', session };
                return of(answer).pipe(delay(frameMs * (answersAfter[index % answersAfter.length] ?? 0)));
              }),
            );
            return merge(ready$.pipe(delay(frameMs * readyAfter)), answers$);
          });

          const source = new Subject<VoiceFrame>();
          const lane$ = new Subject<LaneDecision>();
          const application$ = new Subject<Command>();
          const sent: SessionPatch[] = [];
          service.sent$.subscribe((command) => sent.push(...updateIn(command as Command)));
          const told: VoiceEvent[] = [];
          merge(source.pipe(switchLanes(lane$, lanes), filter(isEvent)), application$)
            .pipe(realtime(service, { ...service, epics: [laneSession(lanes)] }))
            .subscribe((event) => {
              told.push(event);
              for (const { at, lane } of reentrant) if (at === told.length) lane$.next(decision(lane));
            });

          let position = 0;
          from(steps)
            .pipe(concatMap((what) => of(what).pipe(what.do === 'frame' ? delay(frameMs) : identity)))
            .subscribe((what) => {
              if (what.do === 'decide') lane$.next(decision(what.lane));
              else if (what.do === 'tokens')
                application$.next({ type: 'session.update', session: { max_output_tokens: what.max } });
              else {
                source.next(counted(position, frameMs));
                position += frameMs;
              }
            });
          flush();

          const entered = ['fast', ...told.flatMap((event) => (event.type === 'lane.switched' ? [event.to] : []))];
          const enteredBefore = told.slice(
            0,
            told.findIndex(({ type }) => type === 'session.created'),
          );
          const unknowing = enteredBefore.filter(({ type }) => type === 'lane.switched').length;
          // What the session is after each update of a lane; where the same lane sent more than one, after the last.
          const reached: Session[] = [];
          for (const patch of sent) {
            const before = reached.at(-1) ?? first;
            const isSame = before.instructions === patch.instructions || !('instructions' in patch);
            reached.splice(isSame ? -1 : reached.length, 1, updated(before, patch));
          }
          expect(reached.map(({ instructions }) => instructions)).toEqual(entered);
          // Before the session is known a lane can only say what it wants itself.
          const wanted = entered.map((name) => ({
            ...before,
            instructions: name,
            ...drawn[names.indexOf(name)],
          }));
          expect(reached.map(settingsIn).slice(unknowing)).toEqual(wanted.slice(unknowing));
          expect(settingsIn(session)).toEqual(wanted.at(-1));
          // What no lane names is the application's.
          expect(session.max_output_tokens).toBe(steps.reduce((last, what) => (what.do === 'tokens' ? what.max : last), 100));
        })();
      }),
      { numRuns: 2000 },
    );
  });
});

const isEvent = (entry: VoiceFrame | VoiceEvent): entry is VoiceEvent => !isFrame(entry);

/** What a `session.update` asks for. */
const updateIn = (command: Command): readonly SessionPatch[] => (command.type === 'session.update' ? [command.session] : []);
