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
