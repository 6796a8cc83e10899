import { type AudioFrame, durationOf, endOf, type Hertz, type Millis, type SampleIndex } from '../../audio.js';
import type { Resampler } from '../resampler.js';
import { createBlockLine } from './block-line.js';
import type { EchoCanceller } from './echo-canceller.js';
import { createFarLine, type FarLine } from './far-line.js';

/** What takes the echo out of blocks of one rate. */
export interface EchoTreatment {
  /** Samples in a block. */
  readonly blockSize: number;
  /** How much later the sound comes out of it than it goes in, apart from the time that a block takes. */
  readonly delayMs: Millis;
  /**
   * Takes the block that begins at the sample `index`.
   *
   * @param far What the loudspeaker was given.
   */
  treat(block: Float64Array, index: number, far: FarLine, out: Float64Array): void;
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

const delayOf = ({ delayMs, blockSize }: EchoTreatment, sampleRate: Hertz): Millis => delayMs + durationOf(blockSize, sampleRate);

const openStream = (treatment: EchoTreatment, sampleRate: Hertz, resampler: Resampler | undefined): EchoStream => {
  const far = createFarLine(sampleRate, resampler);
  const { blockSize } = treatment;
  let now: SampleIndex = Number.NaN;
  let index = 0;
  const line = createBlockLine(blockSize, (block, out) => {
    treatment.treat(block, index, far, out);
    index += blockSize;
  });
  return {
    sampleRate,
    far,
    treatment,
    get now() {
      return now;
    },
    process(frame) {
      if (frame.position !== now) {
        // Blocks lie at multiples of their size, also behind a jump: those of the loudspeaker do.
        index = Math.floor(frame.position / blockSize) * blockSize;
        line.reset(frame.position - index);
      }
      now = endOf(frame);
      return line.push(frame.samples);
    },
    close() {
      far.close();
      treatment.close();
    },
  };
};

/**
 * Makes a canceller of a treatment: cuts blocks out of frames of any length, and brings the reference to the rate and clock of the microphone. A jump of the
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
      if (stream) return delayOf(stream.treatment, stream.sampleRate);
      if (usualDelay === undefined) {
        const treatment = open(usualRate);
        usualDelay = delayOf(treatment, usualRate);
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
