import fc from 'fast-check';
import {
  concatMap,
  defer,
  delay,
  EMPTY,
  finalize,
  from,
  identity,
  map,
  NEVER,
  type Observable,
  of,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pipeline } from '../../operators/pipeline.js';
import { switchLanes } from '../../operators/switchLanes.js';
import { endOf, type VoiceFrame } from '../../src/audio.js';
import type { AudioStage } from '../../src/audio-stage.js';
import { clock } from '../../src/clock.js';
import { isFrame, type LaneDecision, type VoiceEvent } from '../../src/events.js';
import { counted } from '../lane-frames.js';
import { marbles } from '../marbles.js';

type Entry = VoiceFrame | VoiceEvent;

/** What a stage does with a frame; all that it makes keeps the samples, so that what is lost, doubled or swapped is seen. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('at_once' as const) },
  { weight: 4, arbitrary: fc.record({ afterMs: fc.integer({ min: 0, max: 70 }) }) },
  fc.record({ takesMs: fc.integer({ min: 0, max: 40 }) }),
  fc.constantFrom('now' as const, 'throws' as const, 'errors' as const, 'short' as const, 'empty' as const, 'never' as const),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const drawnStage = fc.record({
  priority: fc.integer({ min: -2, max: 2 }),
  budgetMs: fc.constantFrom(1, 10, 25, 60),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
});
type Stage = typeof drawnStage extends fc.Arbitrary<infer T> ? T : never;
const drawnFrame = fc.record({
  ms: fc.integer({ min: 1, max: 30 }),
  gap: fc.constantFrom(0, 0, 0, 3),
  waitMs: fc.constantFrom(0, 0, 5, 20, 20, 20, 70),
  event: fc.boolean(),
});
const story = fc.record({
  stages: fc.array(drawnStage, { maxLength: 3 }),
  frames: fc.array(drawnFrame, { maxLength: 25 }),
  maxFailures: fc.integer({ min: 1, max: 3 }),
  restMs: fc.constantFrom(1, 40, 1000),
});

const does = (drawn: Step, frame: VoiceFrame): ReturnType<AudioStage['process']> => {
  const made = { ...frame, samples: frame.samples.slice() };
  if (typeof drawn === 'object') {
    if ('afterMs' in drawn) return of(made).pipe(delay(drawn.afterMs));
    const { delegate } = clock;
    const offset = drawn.takesMs;
    if (delegate) clock.delegate = { now: () => delegate.now() + offset };
    return made;
  }
  switch (drawn) {
    case 'at_once':
      return made;
    case 'now':
      return of(made);
    case 'throws':
      throw new Error('broken');
    case 'errors':
      return throwError(() => new Error('broken'));
    case 'short':
      return { ...frame, samples: frame.samples.subarray(1) };
    case 'empty':
      return EMPTY;
    case 'never':
      return NEVER;
  }
};

/** What no stage may see; a stage that throws is passed by, so that it cannot say so itself. */
type Wrong = 'two at a time' | 'out of order';

const stageOf =
  (wrongs: Wrong[]) =>
  ({ steps, ...more }: Stage, index: number): AudioStage => {
    let count = 0;
    let before = -1;
    let open = 0;
    return {
      ...more,
      name: `stage ${index}`,
      process(frame) {
        if (open > 0) wrongs.push('two at a time');
        if (frame.position <= before) wrongs.push('out of order');
        before = frame.position;
        const given = does(steps[count++ % steps.length] as Step, frame);
        if ('samples' in given) return given;
        return defer(() => {
          open += 1;
          return from(given).pipe(
            finalize(() => {
              open -= 1;
            }),
          );
        });
      },
    };
  };

/** The frames and events of a story, and when they come. */
const entriesOf = (frames: readonly (typeof drawnFrame extends fc.Arbitrary<infer T> ? T : never)[]) => {
  let position = 0;
  return frames.flatMap(({ ms, gap, waitMs, event }): { readonly waitMs: number; readonly entry: Entry }[] => {
    const frame = counted(position + gap, ms);
    position = endOf(frame);
    return [{ waitMs, entry: frame }, ...(event ? [{ waitMs: 0, entry: { type: 'speech.started', position } as const }] : [])];
  });
};

const paced = (entries: ReturnType<typeof entriesOf>) =>
  from(entries).pipe(concatMap(({ waitMs, entry }) => (waitMs === 0 ? of(entry) : timer(waitMs).pipe(map(() => entry)))));

const withoutStages = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter((entry) => isFrame(entry) || !(entry.type.startsWith('audio.') || entry.type.startsWith('lane.')));

describe('pipeline', () => {
  it('gives out each frame once, in order, in its place, whatever stages do', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(story, ({ stages, frames, ...limits }) => {
        marbles(({ flush, now }) => {
          const given = entriesOf(frames);
          const wrongs: Wrong[] = [];
          const out: Entry[] = [];
          const bypassed = new Set<string>();
          let isComplete = false;
          paced(given)
            .pipe(pipeline(stages.map(stageOf(wrongs)), limits))
            .subscribe({
              next(entry) {
                out.push(entry);
                if (isFrame(entry)) return;
                if (entry.type === 'audio.stage_bypassed') {
                  expect(bypassed.has(entry.stage)).toBe(false);
                  bypassed.add(entry.stage);
                } else if (entry.type === 'audio.stage_restored') expect(bypassed.delete(entry.stage)).toBe(true);
              },
              complete() {
                isComplete = true;
              },
            });
          flush();
          expect(wrongs).toEqual([]);
          expect(isComplete).toBe(true);
          expect(withoutStages(out)).toEqual(given.map(({ entry }) => entry));
          const lastMs = given.reduce((sum, { waitMs }) => sum + waitMs, 0);
          expect(now()).toBeLessThanOrEqual(lastMs + stages.reduce((sum, { budgetMs }) => sum + 2 * budgetMs, 0));
        })();
      }),
      { numRuns: 2000 },
    );
  });

  it('loses nothing as a lane', { timeout: 60_000 }, () => {
    const decisions = fc.array(
      fc.record({ afterMs: fc.integer({ min: 0, max: 60 }), lane: fc.constantFrom('fast', 'big', 'own') }),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(story, fc.array(drawnStage, { maxLength: 2 }), decisions, ({ stages, frames, ...limits }, own, decided) => {
        marbles(({ flush }) => {
          const wrongs: Wrong[] = [];
          const given = entriesOf(frames);
          const lane$ = from(decided).pipe(
            concatMap(({ afterMs, lane }) =>
              timer(afterMs).pipe(map((): LaneDecision => ({ lane, reason: 'test', confidence: 1, at: 0 }))),
            ),
          );
          // Made anew on each entry: a lane that follows is given frames again that the one before was given.
          const lanes = [
            { name: 'fast', audio: identity },
            {
              name: 'big',
              audio: (input: Observable<VoiceFrame>) => input.pipe(pipeline(stages.map(stageOf(wrongs)), limits)),
            },
            {
              name: 'own',
              audio: (input: Observable<VoiceFrame>) => input.pipe(pipeline(own.map(stageOf(wrongs)), limits)),
            },
          ];
          const out: Entry[] = [];
          let isComplete = false;
          paced(given)
            .pipe(switchLanes(lane$, lanes))
            .subscribe({
              next: (entry) => out.push(entry),
              complete() {
                isComplete = true;
              },
            });
          flush();
          expect(wrongs).toEqual([]);
          expect(isComplete).toBe(true);
          expect(withoutStages(out)).toEqual(given.map(({ entry }) => entry));
          expect(out.filter((entry) => !isFrame(entry) && entry.type === 'lane.failed')).toEqual([]);
        })();
      }),
      { numRuns: 1000 },
    );
  });
});
