import type { Hertz } from '../audio.js';
import { highPass, highShelf, runBiquad } from './biquad.js';
import type { FrameProcessor } from './frame-processor.js';
import { perRate, type Treatment } from './per-rate.js';
import { rounded } from './rounded.js';

/** How to make speech clearer. */
export interface ClarityConfig {
  /**
   * Below this frequency, in Hz, there is rumble and hum and no speech: it is taken away, by 12 dB an octave.
   * @default 80
   */
  readonly highPassHz?: Hertz;
  /**
   * From this frequency up, in Hz, lie the consonants: half of the gain is reached there.
   * @default 3000
   */
  readonly presenceHz?: Hertz;
  /**
   * How much they are raised, -24 to 24 dB.
   * @default 4
   */
  readonly presenceDb?: number;
}

/** A filter cannot stand nearer to half of the rate than this share of the rate. */
const highestShare = 0.45;

const open = ({ highPassHz = 80, presenceHz = 3000, presenceDb = 4 }: ClarityConfig, rate: Hertz): Treatment => {
  const cut = runBiquad(highPass(Math.min(highPassHz, rate * highestShare), rate));
  const raise = runBiquad(highShelf(Math.min(presenceHz, rate * highestShare), presenceDb, rate));
  let values = new Float64Array(0);

  return {
    process(samples) {
      const { length } = samples;
      if (values.length < length) values = new Float64Array(length);
      for (let at = 0; at < length; at++) values[at] = samples[at] as number;
      cut(values, length);
      raise(values, length);
      const out = new Int16Array(length);
      for (let at = 0; at < length; at++) out[at] = rounded(values[at] as number);
      return out;
    },
  };
};

/**
 * Makes processors that make speech clearer: rumble is cut, and consonants are raised. They add no delay.
 *
 * @returns A factory: each processor is for one stream.
 * @throws RangeError on call, when a frequency is not above 0, or the gain not within -24 to 24.
 */
export const voiceClarity = (config: ClarityConfig = {}): (() => FrameProcessor) => {
  const { highPassHz = 80, presenceHz = 3000, presenceDb = 4 } = config;
  if (!(highPassHz > 0)) throw new RangeError(`clarity: highPassHz must be > 0, got ${highPassHz}`);
  if (!(presenceHz > 0)) throw new RangeError(`clarity: presenceHz must be > 0, got ${presenceHz}`);
  if (!(Math.abs(presenceDb) <= 24)) throw new RangeError(`clarity: presenceDb must be -24 to 24, got ${presenceDb}`);
  return () => perRate({ open: (rate) => open(config, rate) });
};
