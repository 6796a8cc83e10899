import { Observable, type OperatorFunction, Subject, takeUntil } from 'rxjs';
import { durationOf, type Millis, type VoiceFrame } from '../src/audio.js';
import type { AudioStage } from '../src/audio-stage.js';
import { isFrame, type VoiceEvent } from '../src/events.js';
import { createFifo } from '../src/fifo.js';
import { runStage, type StageRun } from '../src/stage-run.js';

export interface PipelineConfig {
  /**
   * After how many failures in a row a stage is left alone.
   * @default 3
   */
  readonly maxFailures?: number;
  /**
   * For how long it is left alone before it is tried again, in milliseconds of media time.
   * @default 1000
   */
  readonly restMs?: Millis;
  /**
   * How often timings are told, in milliseconds of media time; `Infinity` for never.
   * @default 1000
   */
  readonly timingsMs?: Millis;
}

type Entry = VoiceFrame | VoiceEvent;

/**
 * Sends audio through stages, one after the other, and past those that fail: every frame comes out once, in order, in its place.
 *
 * A frame passes a stage by, as it came to it, that throws or errors, changes number, rate or position of the samples, or has not answered
 * within its budget; what it answers later is ignored. What a stage that works at once has made is used although it took too long. A stage that
 * failed `maxFailures` times in a row, too slow counted, is left alone for `restMs`, then tried with one frame. While a stage is passed by
 * stands between `audio.stage_bypassed`, ahead of the first such frame, and `audio.stage_restored`. `audio.stage_timings` come each
 * `timingsMs` and at the end.
 *
 * Emits in the tick of the source where all stages answer at once, else at the latest twice the budgets of the stages after it. Events keep
 * their place among the frames. Completes, and errors, as its source does, when all frames are out.
 *
 * @param stages Each name once; none lets all through.
 * @throws RangeError on call, for a name that stands twice, a priority that is no number, a `budgetMs`, `restMs` or `timingsMs` that is not positive, or
 * `maxFailures` that is no whole number from 1.
 */
export function pipeline(
  stages: readonly AudioStage[],
  { maxFailures = 3, restMs = 1000, timingsMs = 1000 }: PipelineConfig = {},
): OperatorFunction<Entry, Entry> {
  checkStages(stages);
  if (!(Number.isInteger(maxFailures) && maxFailures >= 1))
    throw new RangeError(`pipeline: maxFailures must be a whole number >= 1, got ${maxFailures}`);
  if (!(restMs > 0)) throw new RangeError(`pipeline: restMs must be > 0, got ${restMs}`);
  if (!(timingsMs > 0)) throw new RangeError(`pipeline: timingsMs must be > 0, got ${timingsMs}`);
  const ordered = stages.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));

  return (source) =>
    new Observable((subscriber) => {
      const gone = new Subject<void>();
      const runs: StageRun[] = [];
      let untoldMs = 0;

      const tellTimings = (): void => {
        untoldMs = 0;
        if (runs.length > 0) subscriber.next({ type: 'audio.stage_timings', stages: runs.map(({ timing }) => timing.take()) });
      };
      const emit = (entry: Entry): void => {
        subscriber.next(entry);
        if (!isFrame(entry)) return;
        untoldMs += durationOf(entry.samples.length, entry.sampleRate);
        if (untoldMs >= timingsMs) tellTimings();
      };

      const fifo = createFifo<Entry | (() => void)>({
        handle: (entry) => (typeof entry === 'function' ? entry() : first(entry)),
        idle: () => undefined,
        overflow: () => undefined,
        limit: Number.POSITIVE_INFINITY,
      });
      const later = (action: () => void): void => fifo.push(action);
      let first = emit;
      for (const stage of ordered.toReversed()) {
        const run = runStage(stage, { give: first, later, maxFailures, restMs });
        runs.unshift(run);
        first = run.push;
      }
      const end = (done: () => void): void =>
        later(
          runs.reduceRight<() => void>(
            (next, run) => () => run.end(next),
            () => {
              if (untoldMs > 0 && timingsMs !== Number.POSITIVE_INFINITY) tellTimings();
              done();
            },
          ),
        );

      subscriber.add(() => {
        fifo.stop();
        for (const run of runs) run.stop();
        gone.next();
      });
      fifo.start();
      source.pipe(takeUntil(gone)).subscribe({
        next: (entry) => fifo.push(entry),
        error: (error: unknown) => end(() => subscriber.error(error)),
        complete: () => end(() => subscriber.complete()),
      });
    });
}

const checkStages = (stages: readonly AudioStage[]): void => {
  const names = new Set<string>();
  for (const { name, priority = 0, budgetMs = 1 } of stages) {
    if (names.has(name)) throw new RangeError(`pipeline: two stages are called ${name}; each must have a name of its own`);
    names.add(name);
    if (Number.isNaN(priority)) throw new RangeError(`pipeline: priority of ${name} must be a number`);
    if (!(budgetMs > 0)) throw new RangeError(`pipeline: budgetMs of ${name} must be > 0, got ${budgetMs}`);
  }
};
