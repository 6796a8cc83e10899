import {
  delay,
  EMPTY,
  filter,
  identity,
  lastValueFrom,
  map,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type PipelineConfig, pipeline } from '../../operators/pipeline.js';
import { switchLanes } from '../../operators/switchLanes.js';
import type { Millis, VoiceFrame } from '../../src/audio.js';
import type { AudioStage } from '../../src/audio-stage.js';
import { clock } from '../../src/clock.js';
import { isFrame, type VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { counted } from '../lane-frames.js';
import { marbles } from '../marbles.js';

type Entry = VoiceFrame | VoiceEvent;
type Process = AudioStage['process'];

/** Six frames of 20 ms, `a` to `f`. */
const letters = 'abcdef';
const frames: Readonly<Record<string, VoiceFrame>> = Object.fromEntries(
  [...letters].map((letter, index) => [letter, counted(index * 20, 20)]),
);
/** Adds so much to each sample. */
const plus =
  (value: number) =>
  (frame: VoiceFrame): VoiceFrame => ({ ...frame, samples: frame.samples.map((sample) => sample + value) });
const stage = (process: Process, more: Partial<AudioStage> = {}): AudioStage => ({ name: 'stage', process, ...more });
const answering =
  (ms: Millis, process = plus(1000)): Process =>
  (frame) =>
    of(process(frame)).pipe(delay(ms));
/** What a stage does with the frames of a story, one after the other. */
const inTurn = (...steps: readonly Process[]): Process => {
  let step = 0;
  return (frame) => (steps[step++] ?? plus(1000))(frame);
};

/** Frames by their letter, in capitals where treated; events by a sign. */
const drawn = (entry: Entry): string => {
  if (isFrame(entry)) {
    const letter = letters.charAt(entry.position / 20);
    return entry.samples[0] === entry.position ? letter : letter.toUpperCase();
  }
  if (entry.type === 'audio.stage_bypassed') return '<';
  if (entry.type === 'audio.stage_restored') return '>';
  return entry.type === 'audio.stage_timings' ? 't' : 'e';
};
const quiet: PipelineConfig = { timingsMs: Number.POSITIVE_INFINITY };
const throws: Process = () => {
  throw new Error('broken');
};
/** A stage with a budget of 40 ms that answers after so many milliseconds each. */
const later = (...ms: readonly Millis[]): AudioStage =>
  stage(inTurn(...ms.map((delayMs) => answering(delayMs))), { budgetMs: 40 });
/** The frames that come out, without events. */
const treated =
  (stages: readonly AudioStage[], config = quiet) =>
  (source: Observable<Entry>): Observable<string> =>
    source.pipe(pipeline(stages, config), filter(isFrame), map(drawn));
const event: VoiceEvent = { type: 'speech.started', position: 0 };

const many = (count: number): readonly VoiceFrame[] => Array.from({ length: count }, (_, index) => counted(index * 20, 20));
/** The events about so many frames that go through at once. */
const eventsOf = (stages: readonly AudioStage[], count: number, config: PipelineConfig = {}): readonly VoiceEvent[] => {
  const events: VoiceEvent[] = [];
  of(...many(count))
    .pipe(pipeline(stages, config))
    .subscribe((entry) => !isFrame(entry) && events.push(entry));
  return events;
};
/** Runs frames through at once, and says what came out. */
const through = (stages: readonly AudioStage[], given: string | readonly VoiceFrame[], config = quiet): string => {
  const seen: string[] = [];
  of(...[...given].map((entry) => (typeof entry === 'string' ? (frames[entry] ?? event) : entry)))
    .pipe(pipeline(stages, config))
    .subscribe((entry) => seen.push(drawn(entry)));
  return seen.join('');
};

/** Takes so many milliseconds for its frames, in which the clock alone goes on. */
const slow = (...ms: readonly Millis[]): Process => {
  let step = 0;
  return (frame) => {
    const until = clock.now() + (ms[step++] ?? 0);
    clock.delegate = { now: () => until };
    return plus(1000)(frame);
  };
};

describe('pipeline', () => {
  describe('order', () => {
    it('sends each frame through all stages, higher priority first, equal ones as given', () => {
      const order: string[] = [];
      const named = (name: string, priority?: number): AudioStage => ({
        name,
        ...(priority === undefined ? {} : { priority }),
        process(frame) {
          order.push(name);
          return frame;
        },
      });
      through([named('low', -1), named('first'), named('high', 5), named('second', 0)], 'a');
      expect(order).toEqual(['high', 'first', 'second', 'low']);
    });

    it('gives a stage what the one before it made', () => {
      const values: (number | undefined)[] = [];
      of(counted(0, 20))
        .pipe(pipeline([stage(plus(1)), { name: 'two', process: (frame) => plus((frame.samples[0] ?? 0) * 10)(frame) }], quiet))
        .subscribe((entry) => isFrame(entry) && values.push(entry.samples[0]));
      expect(values).toEqual([11]);
    });

    it('lets all through where there are no stages, and tells no timings', () => {
      expect(through([], 'ab', {})).toBe('ab');
    });

    it(
      'emits in the tick of the source where stages answer at once',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot('-a-b-|', frames);
        const subs = '      ^----!';
        const expected = '  -A-B-|';
        expectObservable(
          source.pipe(pipeline([stage(plus(1)), stage((frame) => of(frame), { name: 'b' })], quiet), map(drawn)),
        ).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      }),
    );

    it(
      'keeps events in their place',
      marbles(({ hot, expectObservable }) => {
        const source = hot('(ae)--|', { ...frames, e: event });
        const expected = '  -(Ae)-|';
        expectObservable(source.pipe(pipeline([later(20)], quiet), map(drawn))).toBe(expected);
      }),
    );

    it('handles a frame that arises while another is emitted after it', () => {
      const source = new Subject<Entry>();
      const seen: string[] = [];
      source.pipe(pipeline([stage(inTurn(throws))], quiet)).subscribe((entry) => {
        if (!isFrame(entry) && entry.type === 'audio.stage_bypassed') source.next(frames.b as VoiceFrame);
        seen.push(drawn(entry));
      });
      source.next(frames.a as VoiceFrame);
      expect(seen.join('')).toBe('<a>B');
    });
  });

  describe('a stage that answers later, within 40 ms', () => {
    it(
      'delays frames by what it takes',
      marbles(({ hot, expectObservable }) => {
        const source = hot('a--b--|', frames);
        const expected = '  -A--B-|';
        expectObservable(source.pipe(treated([later(20, 20)]))).toBe(expected);
      }),
    );

    it(
      'is given one frame at a time, in order',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('(ab)--|', frames);
        const a = cold('    -a', frames);
        const b = cold('    -b', frames);
        const first = '     ^!';
        const second = '    -^!';
        const expected = '  -ab---|';
        expectObservable(
          source.pipe(
            pipeline(
              [
                stage(
                  inTurn(
                    () => a,
                    () => b,
                  ),
                  { budgetMs: 40 },
                ),
              ],
              quiet,
            ),
            map(drawn),
          ),
        ).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(first);
        expectSubscriptions(b.subscriptions).toBe(second);
      }),
    );

    it(
      'is passed by when that is over, and its late answer ignored',
      marbles(({ hot, expectObservable }) => {
        const source = hot('a----b--|', frames);
        const expected = '  --a---B-|';
        expectObservable(source.pipe(treated([later(60, 20)]))).toBe(expected);
      }),
    );

    it(
      'is given the next frame when it has answered late, and not before',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('a-b--|', frames);
        const a = cold('    ---a', frames);
        const b = cold('    -b', frames);
        const first = '     ^--!';
        const second = '    ---^!';
        const expected = '  --a-b|';
        expectObservable(
          source.pipe(
            treated([
              stage(
                inTurn(
                  () => a,
                  () => b,
                ),
                { budgetMs: 40 },
              ),
            ]),
          ),
        ).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(first);
        expectSubscriptions(b.subscriptions).toBe(second);
      }),
    );

    it(
      'is passed by a frame that has waited for it that long',
      marbles(({ hot, expectObservable }) => {
        const source = hot('a-b----c-|', frames);
        const expected = '  --a-b---C|';
        expectObservable(source.pipe(treated([later(120, 20)]))).toBe(expected);
      }),
    );

    it(
      'is passed by the last of many frames that come at once',
      marbles(({ hot, expectObservable }) => {
        const source = hot('(abcd)---|', frames);
        const expected = '  -AB(Cd)--|';
        expectObservable(source.pipe(treated([later(20, 20, 20, 20)]))).toBe(expected);
      }),
    );

    it(
      'is not to blame for that',
      marbles(({ hot, expectObservable }) => {
        const source = hot('(abcd)-e--|', frames);
        const expected = '  -AB(Cd)-E-|';
        expectObservable(source.pipe(treated([later(20, 20, 20, 20)], { ...quiet, maxFailures: 1 }))).toBe(expected);
      }),
    );
  });

  it(
    'gives stages 10 ms unless they say otherwise',
    marbles(({ hot, expectObservable }) => {
      const source = hot('a--|', frames);
      const expected = '  10ms a 30ms |';
      expectObservable(source.pipe(treated([stage(answering(11))]))).toBe(expected);
    }),
  );

  describe('a stage that fails', () => {
    it.each<[title: string, process: Process]>([
      ['throws', throws],
      ['errors', () => throwError(() => new Error('broken'))],
      ['gives another number of samples', (frame) => ({ ...plus(1)(frame), samples: new Int16Array(3) })],
      ['gives another rate', (frame) => ({ ...plus(1)(frame), sampleRate: 8000 })],
      ['gives another position', (frame) => ({ ...plus(1)(frame), position: 7 })],
      ['gives no answer', () => EMPTY],
    ])('is passed by for a frame at which it %s, and told about', (_, fails) => {
      expect(through([stage(inTurn(plus(1), fails))], 'abc')).toBe('A<b>C');
    });

    it('is told about once, ahead of the first of the frames, with the error', () => {
      const events: VoiceEvent[] = [];
      of(frames.a as VoiceFrame, frames.b as VoiceFrame)
        .pipe(pipeline([stage(throws)], quiet))
        .subscribe((entry) => !isFrame(entry) && events.push(entry));
      expect(events).toEqual([
        {
          type: 'audio.stage_bypassed',
          stage: 'stage',
          reason: 'threw',
          durationMs: expect.any(Number),
          error: new Error('broken'),
        },
      ]);
    });

    it('says what is wrong with a result', () => {
      const events: VoiceEvent[] = [];
      of(frames.b as VoiceFrame)
        .pipe(pipeline([stage((frame) => ({ ...frame, sampleRate: 8000 }))], quiet))
        .subscribe((entry) => !isFrame(entry) && events.push(entry));
      expect(events).toMatchObject([
        {
          reason: 'bad_result',
          error: {
            code: 'format_mismatch',
            message: 'stage stage: gave 20 at 20, 8000 Hz for 20 at 20, 1000 Hz; keep number, rate and position of the samples',
          },
        },
      ]);
    });

    it('is told about again when it works again', () => {
      expect(through([stage(inTurn(throws, plus(1), throws))], 'abcd')).toBe('<a>B<c>D');
    });

    it('does not keep the stages after it from their work', () => {
      expect(through([stage(throws), stage(plus(1), { name: 'after' })], 'a')).toBe('<A');
    });

    it('is left alone when it has failed three times in a row, for a second of audio, and again when it fails after that', () => {
      const callsFor = (count: number): number => {
        let calls = 0;
        const process: Process = (frame) => {
          calls += 1;
          return throws(frame);
        };
        through([stage(process)], many(count));
        return calls;
      };
      expect([3, 3 + 50, 3 + 51, 3 + 51 + 50, 3 + 51 + 51].map(callsFor)).toEqual([3, 3, 4, 4, 5]);
    });

    it('works again when it does after its rest', () => {
      const process = inTurn(throws, throws);
      expect(through([stage(process)], 'abcdef', { ...quiet, maxFailures: 2, restMs: 40 })).toBe('<abcd>EF');
    });

    it('counts only failures in a row', () => {
      const process = inTurn(throws, plus(1), throws, plus(1), throws);
      expect(through([stage(process)], 'abcdef', { ...quiet, maxFailures: 2 })).toBe('<a>B<c>D<e>F');
    });

    it(
      'is not waited for any more when it is left alone',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('a--b--c-|', frames);
        const never = cold<VoiceFrame>('---------');
        const subs = '      ^----!';
        const expected = '  --a--bc-|';
        const stages = [stage(() => never, { budgetMs: 40 })];
        expectObservable(source.pipe(treated(stages, { ...quiet, maxFailures: 2 }))).toBe(expected);
        expectSubscriptions(never.subscriptions).toBe(subs);
      }),
    );

    it(
      'has nothing to say any more for a frame that it was left alone with',
      marbles(({ hot, flush }) => {
        const late = new Subject<VoiceFrame>();
        const process = inTurn(() => late, answering(20));
        const seen: string[] = [];
        hot<VoiceFrame>('a(bcde)--|', frames)
          .pipe(treated([stage(process, { budgetMs: 40 })], { ...quiet, restMs: 1 }))
          .subscribe((letter) => {
            seen.push(letter);
            if (letter === 'b') late.next(counted(0, 20));
          });
        flush();
        expect(seen.join('')).toBe('abcdE');
      }),
    );
  });

  describe('a stage that answers at once, but takes more than 10 ms', () => {
    const config = { ...quiet, restMs: 40 };

    it(
      'is left alone when it did so three times in a row; what it has made is used',
      marbles(() => expect(through([stage(slow(11, 11, 11))], 'abcdef', config)).toBe('ABC<de>F')),
    );

    it(
      'is not when it took just 10 ms',
      marbles(() => expect(through([stage(slow(10, 10, 10, 10))], 'abcdef', config)).toBe('ABCDEF')),
    );

    it(
      'is not when it is quick in between',
      marbles(() => expect(through([stage(slow(11, 11, 5, 11, 11))], 'abcdef', config)).toBe('ABCDEF')),
    );

    it(
      'is left alone again when it is slow after its rest',
      marbles(() => expect(through([stage(slow(11, 11))], 'abcdef', { ...config, maxFailures: 1 })).toBe('A<bcdef')),
    );

    it(
      'says how long it took',
      marbles(() => {
        expect(eventsOf([stage(slow(30))], 2, { ...quiet, maxFailures: 1 })).toEqual([
          { type: 'audio.stage_bypassed', stage: 'stage', reason: 'overrun', durationMs: 30 },
        ]);
      }),
    );
  });

  describe('timings', () => {
    const timing = { stage: 'stage', bypassed: 0, meanMs: 0, maxMs: 0 };

    it(
      'come for each second of audio, and for the rest at the end',
      marbles(() => {
        expect(eventsOf([stage(plus(1))], 70)).toEqual([
          { type: 'audio.stage_timings', stages: [{ ...timing, frames: 50 }] },
          { type: 'audio.stage_timings', stages: [{ ...timing, frames: 20 }] },
        ]);
      }),
    );

    it(
      'tell how long each stage took, and how many frames passed it by',
      marbles(() => {
        const stages = [stage(slow(6, 2, 2, 2)), stage(inTurn(throws), { name: 'other', priority: 1 })];
        expect(eventsOf(stages, 4).at(-1)).toEqual({
          type: 'audio.stage_timings',
          stages: [
            { ...timing, stage: 'other', frames: 4, bypassed: 1 },
            { ...timing, frames: 4, meanMs: 3, maxMs: 6 },
          ],
        });
      }),
    );

    it('come not at all where they are not wanted', () => {
      expect(eventsOf([stage(plus(1))], 70, quiet)).toEqual([]);
    });
  });

  describe('the end', () => {
    it(
      'comes when all frames are out',
      marbles(({ hot, expectObservable }) => {
        const source = hot('a--b|', frames);
        const expected = '  -A---(B|)';
        expectObservable(source.pipe(treated([later(20, 40)]))).toBe(expected);
      }),
    );

    it(
      'does not wait for an answer that is late',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('a---|', frames);
        const never = cold<VoiceFrame>('-----');
        const subs = '      ^---!';
        const expected = '  --a-|';
        expectObservable(source.pipe(treated([stage(() => never, { budgetMs: 40 })]))).toBe(expected);
        expectSubscriptions(never.subscriptions).toBe(subs);
      }),
    );

    it(
      'leaves a stage whose answer is late, while another still works',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('a--|', frames);
        const never = cold<VoiceFrame>('-----');
        const subs = '      ^--!';
        const expected = '  ----(A|)';
        const first = stage(() => never, { name: 'first', budgetMs: 40, priority: 1 });
        expectObservable(source.pipe(treated([first, later(40)]))).toBe(expected);
        expectSubscriptions(never.subscriptions).toBe(subs);
      }),
    );

    it(
      'passes an error of the source on behind the frames',
      marbles(({ hot, expectObservable }) => {
        const source = hot('a#', frames);
        const expected = '  --(A#)';
        expectObservable(source.pipe(treated([later(40)]))).toBe(expected);
      }),
    );

    it(
      'comes at once for a source without frames, and never for one that never ends',
      marbles(({ cold, expectObservable }) => {
        const stages = [stage(plus(1))];
        expectObservable(
          cold('|').pipe(
            map(() => counted(0, 20)),
            pipeline(stages),
          ),
        ).toBe('|');
        expectObservable(
          cold('-').pipe(
            map(() => counted(0, 20)),
            pipeline(stages),
          ),
        ).toBe('-');
      }),
    );

    it(
      'leaves the source and the stage when nobody listens any more',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const source = hot('-a---', frames);
        const answer = cold(' ---a', frames);
        const until = '     ^--!';
        const asked = '     -^-!';
        const expected = '  -----';
        expectObservable(source.pipe(treated([stage(() => answer, { budgetMs: 100 })])), until).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(until);
        expectSubscriptions(answer.subscriptions).toBe(asked);
      }),
    );

    it('stops a synchronous source when enough is taken', () => {
      let given = 0;
      const counting = tap<VoiceFrame>(() => {
        given += 1;
      });
      of(...many(5))
        .pipe(counting, pipeline([stage(plus(1))], quiet), take(2))
        .subscribe();
      expect(given).toBe(2);
    });
  });

  it('gives each subscription a state of its own', () => {
    const process = inTurn(throws, throws);
    const letters$ = of(...many(3)).pipe(treated([stage(process)], { ...quiet, maxFailures: 2 }));
    const seen: string[] = [];
    letters$.subscribe((letter) => seen.push(letter));
    letters$.subscribe((letter) => seen.push(letter));
    expect(seen.join('')).toBe('abcABC');
  });

  it('takes a promise for an answer', async () => {
    const stages = [stage((frame) => Promise.resolve(plus(1000)(frame)), { budgetMs: Number.POSITIVE_INFINITY })];
    const seen = await lastValueFrom(of(...many(6)).pipe(treated(stages), toArray()));
    expect(seen.join('')).toBe('ABCDEF');
  });

  it('waits for an answer as long as it takes where the budget has no end', async () => {
    const stages = [stage(answering(30), { budgetMs: Number.POSITIVE_INFINITY })];
    expect(await lastValueFrom(of(...many(2)).pipe(treated(stages), toArray()))).toEqual(['A', 'B']);
  });

  it.each<[title: string, call: () => unknown]>([
    ['a name that stands twice', () => pipeline([stage(throws), stage(throws)])],
    ['a priority that is no number', () => pipeline([stage(throws, { priority: Number.NaN })])],
    ['a budget of nothing', () => pipeline([stage(throws, { budgetMs: 0 })])],
    ['no failure', () => pipeline([], { maxFailures: 0 })],
    ['half a failure', () => pipeline([], { maxFailures: 1.5 })],
    ['no rest', () => pipeline([], { restMs: 0 })],
    ['timings all the time', () => pipeline([], { timingsMs: 0 })],
  ])('refuses %s when called', (_, call) => {
    expect(call).toThrow(RangeError);
  });

  describe('as a lane', () => {
    it('has its events come where it has got to', () => {
      const source = new Subject<Entry>();
      const seen: string[] = [];
      const audio = pipeline([stage(inTurn(plus(1000), throws))], { timingsMs: 60 });
      source.pipe(switchLanes(NEVER, [{ name: 'big', audio }]), map(drawn)).subscribe((letter) => seen.push(letter));
      for (const frame of many(4)) source.next(frame);
      source.complete();
      expect(seen.join('')).toBe('A<b>CtDt');
    });

    it(
      'leaves what it holds to the lane that follows',
      marbles(({ hot, expectObservable }) => {
        const source = hot('ab----c|', frames);
        const lane$ = hot(' --x-----', { x: { lane: 'fast', reason: 'test', confidence: 1, at: 0 } });
        const expected = '  --(ab)c|';
        const lanes: readonly Lane[] = [
          { name: 'big', audio: pipeline([stage(() => NEVER, { budgetMs: 60 })]) },
          { name: 'fast', audio: identity },
        ];
        expectObservable(source.pipe(switchLanes(lane$, lanes), filter(isFrame), map(drawn))).toBe(expected);
      }),
    );
  });
});
