import { type AudioFrame, endOf, type Hertz, type Millis, type SampleIndex } from '../../audio.js';
import type { Resampler } from '../resampler.js';
import type { EchoCanceller } from './echo-canceller.js';
import { createFarLine, type FarLine } from './far-line.js';

/** What takes the echo out of sound of one rate. */
export interface EchoTreatment {
  /** How much later the sound comes out of it than it goes in. */
  readonly delayMs: Millis;
  /** Goes on at the sample `position`, behind a jump or to begin with. */
  moveTo(position: SampleIndex): void;
  /**
   * Takes samples, and gives as many: new ones.
   *
   * @param far What the loudspeaker was given.
   */
  process(samples: Int16Array, far: FarLine): Int16Array;
  close(): void;
}

interface EchoStream {
  readonly sampleRate: Hertz;
  readonly far: FarLine;
  readonly treatment: EchoTreatment;
  /** Where the next frame of the microphone begins. */
  readonly now: SampleIndex;
  process(frame: AudioFrame): Int16Array;
  close(): void;
}

/** Before the first frame says what the rate is. */
const usualRate: Hertz = 24_000;

const openStream = (treatment: EchoTreatment, sampleRate: Hertz, resampler: Resampler | undefined): EchoStream => {
  const far = createFarLine(sampleRate, resampler);
  let now: SampleIndex = Number.NaN;
  return {
    sampleRate,
    far,
    treatment,
    get now() {
      return now;
    },
    process(frame) {
      if (frame.position !== now) treatment.moveTo(frame.position);
      now = endOf(frame);
      return treatment.process(frame.samples, far);
    },
    close() {
      far.close();
      treatment.close();
    },
  };
};

/**
 * Makes a canceller of a treatment: brings the reference to the rate and clock of the microphone. A jump of the
 * microphone is as much silence: where the loudspeaker stands, and the room, stay known. Another rate, or a position that was before, begins anew.
 *
 * @param open Opens the treatment for a rate.
 * @param resampler For a reference of another rate than the microphone's.
 */
export const createEchoCanceller = (open: (sampleRate: Hertz) => EchoTreatment, resampler?: Resampler): EchoCanceller => {
  let stream: EchoStream | undefined;
  let usualDelay: Millis | undefined;

  const close = (): void => {
    stream?.close();
    stream = undefined;
  };
  const streamFor = ({ sampleRate, position }: AudioFrame): EchoStream => {
    if (stream?.sampleRate === sampleRate && !(position < stream.now)) return stream;
    close();
    stream = openStream(open(sampleRate), sampleRate, resampler);
    return stream;
  };

  return {
    get delayMs() {
      if (stream) return stream.treatment.delayMs;
      if (usualDelay === undefined) {
        const treatment = open(usualRate);
        usualDelay = treatment.delayMs;
        treatment.close();
      }
      return usualDelay;
    },
    reference(frame) {
      if (stream && !Number.isNaN(stream.now)) stream.far.push(frame, stream.now);
    },
    process: (frame) => streamFor(frame).process(frame),
    // Its frames say themselves where they stand.
    reset: () => undefined,
    close,
  };
};
