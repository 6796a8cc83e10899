import type { Hertz } from '../audio.js';
import type { Treatment } from './per-rate.js';
import type { Resampler } from './resampler.js';
import { sampleQueue } from './sample-queue.js';

export interface AtRateConfig {
  readonly resampler: Resampler;
  /** Rate of the audio. */
  readonly from: Hertz;
  /** Rate of the treatment. */
  readonly to: Hertz;
  readonly treatment: Treatment;
}

/** Its 100 dB of signal to noise are more than a treatment leaves; higher qualities look ahead further. */
const quality = 4;

/** Taps of the resampler's filter at this quality, where it does not lower the rate. */
const taps = 64;

/** What the resampler looks ahead, in samples of its input; half of the filter, whose length is made a multiple of 8. */
const lookAhead = (from: Hertz, to: Hertz): number => (from <= to ? taps : Math.ceil((taps * from) / to / 8) * 8) / 2;

/** By how many samples of the audio's rate the way there and back delays it: what both filters look ahead, and two for what rounding leaves. */
export const conversionDelay = (from: Hertz, to: Hertz): number =>
  from === to ? 0 : lookAhead(from, to) + Math.ceil((lookAhead(to, from) * from) / to) + 2;

/** Runs a treatment at another rate. Gives as many samples as it takes, `conversionDelay` later. */
export const atRate = ({ resampler, from, to, treatment }: AtRateConfig): Treatment => {
  if (from === to) return treatment;
  const there = resampler.open({ from, to, quality });
  const back = resampler.open({ from: to, to: from, quality });
  const queue = sampleQueue(conversionDelay(from, to));

  return {
    process(samples) {
      queue.push(back.process(treatment.process(there.process(samples))));
      return queue.take(samples.length);
    },
    close() {
      there.close();
      back.close();
      treatment.close?.();
    },
  };
};
