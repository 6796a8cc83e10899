import { type Millis, samplesIn, type VoiceFrame } from '../audio.js';
import { levelOf } from './level.js';

/** What a gate lets through with speech. */
export interface SpeechGateConfig {
  /**
   * Milliseconds of true audio before the speech, 0 or more.
   * @default 300
   */
  readonly preRollMs?: Millis;
}

/** A fold that lets speech through. */
export interface SpeechGate {
  /**
   * Takes the next frame: `pass` lets it through as it is, `hold` keeps it back or drops it, `open` lets through what {@link release} gives,
   * which ends with this frame.
   */
  push(frame: VoiceFrame): 'pass' | 'hold' | 'open';
  /** Hands over, once, what was held: pre-roll, the beginning of the speech, the frame that opened the gate; in order. */
  release(): readonly VoiceFrame[];
}

/** Bound of what may be held as the beginning of speech: a detector that never makes up its mind must not fill memory. */
const longestStartMs: Millis = 5000;

const after = (frame: VoiceFrame, skipped: number): VoiceFrame => {
  const samples = frame.samples.subarray(skipped);
  return { ...frame, samples, position: frame.position + skipped, level: levelOf(samples) };
};

/**
 * Makes gates that let speech through, its beginning before the detector was sure, its hangover, and `preRollMs` of audio before it.
 *
 * The pre-roll is exact, cut within a frame if need be; it is shorter where less true audio adjoins: after the last speech, at the beginning, after
 * a jump of `position` or a change of rate, which drop what is held. No frame comes out twice. Holds at most `preRollMs` and 5 s.
 *
 * @returns A factory: each call gives a gate with a state of its own.
 * @throws RangeError when `preRollMs` is negative or no number.
 */
export function speechGate({ preRollMs = 300 }: SpeechGateConfig = {}): () => SpeechGate {
  if (!(preRollMs >= 0 && preRollMs < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`gateSpeech: preRollMs must be 0 or more, got ${preRollMs}`);
  }

  return () => {
    let held: VoiceFrame[] = [];
    /** Samples in `held` before the speech that may be starting, and since. */
    let before = 0;
    let starting = 0;
    let isOpen = false;
    let next = -1;
    let rate = 0;

    const forget = (): void => {
      held = [];
      before = 0;
      starting = 0;
    };
    const hold = (frame: VoiceFrame): void => {
      const { length } = frame.samples;
      if (length === 0) return;
      held.push(frame);
      starting += length;
      if (frame.vad === 'silence' || starting > samplesIn(longestStartMs, rate)) {
        before += starting;
        starting = 0;
      }
      const limit = samplesIn(preRollMs, rate);
      for (let first = held[0]; first && before - first.samples.length >= limit; first = held[0]) {
        held.shift();
        before -= first.samples.length;
      }
    };

    return {
      push(frame) {
        const { samples, sampleRate, position, vad } = frame;
        if (position !== next || sampleRate !== rate) {
          forget();
          isOpen = false;
        }
        next = position + samples.length;
        rate = sampleRate;
        if (vad === 'silence' || vad === 'speech_starting') {
          isOpen = false;
          hold(frame);
          return 'hold';
        }
        if (isOpen) return 'pass';
        isOpen = true;
        if (held.length === 0) return 'pass';
        held.push(frame);
        return 'open';
      },
      release() {
        const frames = held;
        const first = frames[0];
        const excess = before - samplesIn(preRollMs, rate);
        if (first && excess > 0) frames[0] = after(first, excess);
        forget();
        return frames;
      },
    };
  };
}
