import type { AudioFrame, Millis } from '../audio.js';

/**
 * A fold over the frames of one stream that gives for each frame as many samples, at the same rate and position.
 *
 * One that looks ahead gives its sound later, as a device would: what comes out at a position went in `delayMs` before.
 */
export interface FrameProcessor {
  /** How much later the sound comes out than it went in, in milliseconds of media time. */
  readonly delayMs: Millis;
  /** The samples to go on with, as many as the frame has; new ones, for frames are shared, or the frame's own where nothing is to be done. */
  process(frame: AudioFrame): Int16Array;
  /** Begins anew: after a jump of `position` or a change of rate, what was heard before means nothing. */
  reset(): void;
  /** Gives back memory that is not collected, of WebAssembly for example. Nothing is asked of it afterwards. */
  close(): void;
}
