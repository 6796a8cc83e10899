import { Observable, type OperatorFunction, Subject, takeUntil } from 'rxjs';
import type { Millis, VoiceFrame } from '../src/audio.js';
import { type AudioStage, orderedStages } from '../src/audio-stage.js';
import type { VoiceEvent } from '../src/events.js';
import { stageChain } from '../src/stage-chain.js';

/** Settings of `pipeline`. */
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
  const ordered = orderedStages(stages);
  if (!(Number.isInteger(maxFailures) && maxFailures >= 1))
    throw new RangeError(`pipeline: maxFailures must be a whole number >= 1, got ${maxFailures}`);
  if (!(restMs > 0)) throw new RangeError(`pipeline: restMs must be > 0, got ${restMs}`);
  if (!(timingsMs > 0)) throw new RangeError(`pipeline: timingsMs must be > 0, got ${timingsMs}`);

  return (source) =>
    new Observable((subscriber) => {
      const gone = new Subject<void>();
      const chain = stageChain(ordered, { maxFailures, restMs, timingsMs }, (entry) => subscriber.next(entry));
      subscriber.add(() => {
        chain.stop();
        gone.next();
      });
      source.pipe(takeUntil(gone)).subscribe({
        next: chain.push,
        error: (error: unknown) => chain.end(() => subscriber.error(error)),
        complete: () => chain.end(() => subscriber.complete()),
      });
    });
}
