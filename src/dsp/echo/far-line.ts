import { type AudioFrame, endOf, type Hertz, type Millis, samplesIn } from '../../audio.js';
import { AudioError } from '../../errors.js';
import { rateConverter } from '../rate-converter.js';
import type { Resampler } from '../resampler.js';
import { createFarClock } from './far-clock.js';
import { createSampleHistory, type SampleHistory } from './sample-history.js';

/** What the loudspeaker was given, at the rate and on the clock of the microphone. */
export interface FarLine {
  readonly history: SampleHistory;
  /** A frame that comes while the microphone is at the sample `now`. */
  push(frame: AudioFrame, now: number): void;
  /** By how many samples frames come later, by and by, than they are placed. */
  lateness(): number;
  /**
   * Where the microphone was when the loudspeaker stalled last: what plays on after a short gap, or anew, may be heard at another delay. Minus infinity
   * before the first time.
   */
  stalledAt(): number;
  /** Frees what the conversion holds. */
  close(): void;
}

/** Better than 70 dB, which is beyond what a loudspeaker's distortion leaves to be found. */
const quality = 3;
/** A longer gap is a pause between two answers, not a stall. */
const longestStallMs: Millis = 500;

/**
 * Makes a line of two seconds.
 *
 * @param resampler For frames of another rate; without one they are an `AudioError`.
 */
export const createFarLine = (sampleRate: Hertz, resampler: Resampler | undefined): FarLine => {
  const clock = createFarClock(sampleRate);
  const history = createSampleHistory(2 ** Math.ceil(Math.log2(2 * sampleRate)));
  const converter = rateConverter({ to: sampleRate, quality });
  const longestStall = samplesIn(longestStallMs, sampleRate);
  let next = Number.NaN;
  let base = Number.NaN;
  let stalledAt = Number.NEGATIVE_INFINITY;

  const write = (frame: AudioFrame, now: number): void => {
    const index = clock.place(frame, now);
    const gap = frame.position - next;
    const isMoved = index - frame.position !== base && !Number.isNaN(base);
    if (isMoved || (gap > 0 && gap <= longestStall)) stalledAt = now;
    base = index - frame.position;
    next = endOf(frame);
    history.write(index, frame.samples);
  };

  return {
    history,
    push(frame, now) {
      if (frame.samples.length === 0) return;
      if (frame.sampleRate === sampleRate) return write(frame, now);
      if (!resampler) {
        throw new AudioError(
          `echo: the reference has ${frame.sampleRate} Hz and the microphone ${sampleRate} Hz; give resampler: await loadResampler()`,
          { code: 'unsupported' },
        );
      }
      for (const converted of converter.convert(frame, resampler)) write(converted, now);
    },
    lateness: clock.lateness,
    stalledAt: () => stalledAt,
    close: converter.close,
  };
};
