import type { ObservableInput } from 'rxjs';
import type { Millis, VoiceFrame } from './audio.js';

/** A step of the audio pipeline. */
export interface AudioStage {
  /** What events call it; each stage has a name of its own. */
  readonly name: string;
  /**
   * Higher ones come first, equal ones in the order given.
   * @default 0
   */
  readonly priority?: number;
  /**
   * Makes of a frame another of the same samples in number, rate and position; frames are shared, so that it makes new samples and changes none.
   * Answers at once, or with the first value of a promise or an Observable. Is given one frame at a time, in order.
   */
  readonly process: (frame: VoiceFrame) => VoiceFrame | ObservableInput<VoiceFrame>;
  /**
   * How long it may take for a frame, in milliseconds; `Infinity` where time does not matter, for example for a file.
   *
   * Half of a frame of 20 ms, so that the other half is left for the other stages and for what sends the audio.
   * @default 10
   */
  readonly budgetMs?: Millis;
}

/** The stages in the order in which they stand; throws `RangeError` for those that cannot. */
export const orderedStages = (stages: readonly AudioStage[]): readonly AudioStage[] => {
  const names = new Set<string>();
  for (const { name, priority = 0, budgetMs = 1 } of stages) {
    if (names.has(name)) throw new RangeError(`pipeline: two stages are called ${name}; each must have a name of its own`);
    names.add(name);
    if (Number.isNaN(priority)) throw new RangeError(`pipeline: priority of ${name} must be a number`);
    if (!(budgetMs > 0)) throw new RangeError(`pipeline: budgetMs of ${name} must be > 0, got ${budgetMs}`);
  }
  return stages.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
};
