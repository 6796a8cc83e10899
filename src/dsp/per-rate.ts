import { type AudioFrame, durationOf, type Hertz } from '../audio.js';
import type { FrameProcessor } from './frame-processor.js';

/** A treatment of samples of one rate, without a break. */
export interface Treatment {
  /** As many samples as it is given; new ones. */
  process(samples: Int16Array): Int16Array;
  /** Gives back memory that is not collected. */
  close?(): void;
}

export interface PerRateConfig {
  /** How many samples later the sound comes out at a rate; 0 when left out. */
  readonly delayOf?: (rate: Hertz) => number;
  /** Begins a stretch of audio of a rate. */
  readonly open: (rate: Hertz) => Treatment;
}

/** What delays are stated for until a frame has come: the rate of most services. */
const usualRate: Hertz = 24_000;

/**
 * Makes a processor of a treatment that knows one rate: it is opened with the first frame, and anew after a reset or a change of rate.
 *
 * Its `delayMs` is that of 24 kHz until the first frame, then that of the frame's rate.
 */
export const perRate = ({ delayOf = () => 0, open }: PerRateConfig): FrameProcessor => {
  let treatment: Treatment | undefined;
  let rate = usualRate;
  const close = (): void => {
    const last = treatment;
    treatment = undefined;
    last?.close?.();
  };

  return {
    get delayMs() {
      return durationOf(delayOf(rate), rate);
    },
    process({ samples, sampleRate }: AudioFrame) {
      if (samples.length === 0) return samples;
      if (sampleRate !== rate) close();
      rate = sampleRate;
      treatment ??= open(rate);
      return treatment.process(samples);
    },
    reset: close,
    close,
  };
};
