import fc from 'fast-check';
import { type MonoTypeOperatorFunction, type Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { switchLanes } from '../../operators/switchLanes.js';
import { endOf, type VoiceFrame } from '../../src/audio.js';
import { isFrame, type LaneDecision, type VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { counted } from '../lane-frames.js';
import { marked, plain, sized, ticked } from '../lane-stages.js';
import { marbles } from '../marbles.js';

type Entry = VoiceFrame | VoiceEvent;

const small = fc.integer({ min: 1, max: 5 });
const stage = fc.oneof(
  fc.record({ sized: fc.constantFrom(...Object.values(sized)), size: small }),
  fc.record({ plain: fc.constantFrom('ticked' as const, 'ticked' as const, ...Object.values(plain)) }),
);
type Stage = typeof stage extends fc.Arbitrary<infer T> ? T : never;

/** Ticks come between frames. */
const audioOf = (drawn: Stage, tick$: Subject<void>): MonoTypeOperatorFunction<VoiceFrame> => {
  if ('size' in drawn) return drawn.sized(drawn.size);
  return drawn.plain === 'ticked' ? ticked(tick$) : drawn.plain;
};

/** One stage after the other, each what it is given by the one before. */
const pipeline = fc.array(stage, { minLength: 1, maxLength: 3 });

const names = ['fast', 'big', 'own'] as const;
/** The level of frames tells of the lane that they come from. */
const levels = { fast: 1, big: 2, own: 3 };
const untreated = counted(0, 1).level;
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('frame' as const),
      ms: fc.integer({ min: 1, max: 7 }),
      gap: fc.constantFrom(0, 0, 0, 0, 2, -4),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('decide' as const), lane: fc.constantFrom(...names, 'unknown') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('event' as const) }) },
);
const story = fc.record({
  stages: fc.tuple(pipeline, pipeline, pipeline),
  steps: fc.array(step, { maxLength: 40 }),
  /** Decisions that arise while the entry of this number is being emitted. */
  reentrant: fc.array(fc.record({ at: fc.integer({ min: 0, max: 30 }), lane: fc.constantFrom(...names) }), { maxLength: 6 }),
  fails: fc.boolean(),
});

const decision = (lane: string): LaneDecision => ({ lane, reason: 'test', confidence: 1, at: 0 });

describe('switchLanes', () => {
  it('gives out the samples that went in, in order, and events in their place', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(story, ({ stages: drawn, steps, reentrant, fails }) => {
        marbles(({ flush }) => {
          const source = new Subject<Entry>();
          const lane$ = new Subject<LaneDecision>();
          const tick$ = new Subject<void>();
          const lanes = names.map((name, index): Lane => {
            const stages = (drawn[index] ?? []).map((each) => audioOf(each, tick$));
            return {
              name,
              audio: (input) =>
                stages.reduce<Observable<VoiceFrame>>((audio, each) => audio.pipe(each), input).pipe(marked(levels[name])),
            };
          });
          const out: Entry[] = [];
          let ending = '';
          source.pipe(switchLanes(lane$, lanes, { maxHeldMs: 20 })).subscribe({
            next(entry) {
              out.push(entry);
              for (const { at, lane } of reentrant) if (at === out.length) lane$.next(decision(lane));
            },
            error() {
              ending = 'error';
            },
            complete() {
              ending = 'complete';
            },
          });

          let position = 0;
          const given: Entry[] = [];
          const give = (entry: Entry): void => {
            given.push(entry);
            source.next(entry);
          };
          for (const what of steps) {
            if (what.do === 'frame') {
              const frame = counted(Math.max(0, position + what.gap), what.ms);
              // Values tell of what place in the story they are, also where positions come twice.
              give({ ...frame, samples: frame.samples.map((value) => value + 100 * given.length) });
              position = endOf(frame);
            } else if (what.do === 'event') give({ type: 'speech.started', position: given.length });
            else if (what.do === 'decide') lane$.next(decision(what.lane));
            else tick$.next();
          }
          if (fails) source.error(new Error('lost'));
          else source.complete();
          flush();

          expect(ending).toBe(fails ? 'error' : 'complete');
          expect(flat(out)).toEqual(flat(given));
          let lane: string = 'fast';
          for (const entry of out) {
            // What the lane has made, or what was put in its place as it came in: nothing of a lane before.
            if (isFrame(entry)) expect([untreated, levels[lane as keyof typeof levels]]).toContain(entry.level);
            else if (entry.type === 'lane.switched') {
              expect(entry.from).toBe(lane);
              expect(entry.to).not.toBe(lane);
              lane = entry.to;
            }
          }
        })();
      }),
      { numRuns: 2000 },
    );
  });
});

/** Samples, and events of the source, one by one. */
const flat = (entries: readonly Entry[]): readonly unknown[] =>
  entries.flatMap((entry): readonly unknown[] => {
    if (isFrame(entry)) return [...entry.samples];
    return entry.type.startsWith('lane.') ? [] : [entry];
  });
