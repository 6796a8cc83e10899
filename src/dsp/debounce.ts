import { type Hertz, type Millis, samplesIn, type VadState } from '../audio.js';

/** How long sound must last to be speech, and quiet to end it. */
export interface DebounceConfig {
  /**
   * Milliseconds of unbroken sound that make speech. 0 or more.
   * @default 100
   */
  readonly speechStartMs?: Millis;
  /**
   * Milliseconds of unbroken quiet that end it (hangover). 0 or more.
   * @default 500
   */
  readonly speechEndMs?: Millis;
}

/** A fold from loud or quiet to the state of speech, counted in samples. */
export interface Debounce {
  /** State after so many more samples, all of them loud or all of them quiet. */
  step(loud: boolean, samples: number, sampleRate: Hertz): VadState;
  /** Begins anew with silence. */
  reset(): void;
}

/**
 * Makes debounces: sound counts as speech once it has lasted `speechStartMs`, and speech as over once quiet has lasted `speechEndMs`.
 *
 * A step may be longer than either; it then passes over `speech_starting` or `speech_ending`, but never from silence to an end.
 *
 * @throws RangeError when a time is negative or no number.
 */
export function debounce({ speechStartMs = 100, speechEndMs = 500 }: DebounceConfig = {}): () => Debounce {
  if (!(speechStartMs >= 0)) throw new RangeError(`vad: speechStartMs must be 0 or more, got ${speechStartMs}`);
  if (!(speechEndMs >= 0)) throw new RangeError(`vad: speechEndMs must be 0 or more, got ${speechEndMs}`);

  return () => {
    let speaking = false;
    /** Samples without a break that speak against the present state. */
    let contrary = 0;
    return {
      step(loud, samples, sampleRate) {
        if (loud === speaking) {
          contrary = 0;
          return speaking ? 'speech' : 'silence';
        }
        contrary += samples;
        if (contrary < samplesIn(speaking ? speechEndMs : speechStartMs, sampleRate))
          return speaking ? 'speech_ending' : 'speech_starting';
        speaking = loud;
        contrary = 0;
        return speaking ? 'speech' : 'silence';
      },
      reset() {
        speaking = false;
        contrary = 0;
      },
    };
  };
}
