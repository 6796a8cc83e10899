import type { AudioFrame } from '../../audio.js';
import type { FrameProcessor } from '../frame-processor.js';

/** Takes the sound of a loudspeaker out of what a microphone hears: a `FrameProcessor` that is told what the loudspeaker is given. */
export interface EchoCanceller extends FrameProcessor {
  /**
   * What the loudspeaker is given, told when it is: some tens of milliseconds before the microphone can hear it, and 500 ms before at the most. Of any
   * length and rate. `position` counts the samples of the device; a jump is as much silence.
   */
  reference(far: AudioFrame): void;
}
