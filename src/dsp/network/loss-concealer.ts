import { type Hertz, type Millis, samplesIn } from '../../audio.js';
import { levelOf } from '../level.js';
import { noiseFloor } from '../noise-floor.js';
import { pitchHistory, pitchPeriod } from './pitch.js';

/** A fold over a sound with holes that fills them. */
export interface LossConcealer {
  /** Samples that came; the first after a hole are blended with what filled it, else they come back as they are. */
  heard(samples: Int16Array): Int16Array;
  /** So many samples are missing: what to play for them. */
  lost(count: number): Int16Array;
  /** Begins anew: what was before means nothing. */
  reset(): void;
}

/** ITU-T G.711, Appendix I: full for 10 ms, then a fifth less each 10 ms, silent after 60. */
const fullMs: Millis = 10;
const silentMs: Millis = 60;
/** Of blending what comes after a hole: 4 ms for each 10 ms of the hole, 10 at the most, a quarter of a period at the least. */
const blendMs: Millis = 10;
const blendShare = 0.4;

/** The noise of Numerical Recipes: -1 to 1, the same each time. */
const nextRandom = (state: number): number => (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;

/**
 * Fills holes with the last period of what was before, again and again, as ITU-T G.711 Appendix I does, and fades it within 60 ms to noise as loud as
 * the background was. Unlike there nothing is delayed: the step at the beginning of a hole is smoothed within it.
 */
export const lossConcealer = (sampleRate: Hertz): LossConcealer => {
  const history = new Int16Array(pitchHistory(sampleRate));
  const full = samplesIn(fullMs, sampleRate);
  const silent = samplesIn(silentMs, sampleRate);
  let floorAfter = noiseFloor();
  let floor = 0;
  let missing = 0;
  let cycle = new Float64Array(1);
  let quarter = 1;
  let step = 0;
  let random = 1;

  const remember = (samples: Int16Array): void => {
    const { length } = history;
    if (samples.length >= length) history.set(samples.subarray(samples.length - length));
    else {
      history.copyWithin(0, samples.length);
      history.set(samples, length - samples.length);
    }
  };

  /** The last period, its end blended with what was before it, so that it goes on with its own beginning. */
  const begin = (): void => {
    const period = pitchPeriod(history, sampleRate);
    const from = history.length - period;
    quarter = Math.max(1, period >> 2);
    cycle = Float64Array.from(history.subarray(from));
    for (let at = 0; at < quarter; at++) {
      const share = (at + 1) / quarter;
      const end = period - quarter + at;
      cycle[end] = (cycle[end] as number) * (1 - share) + (history[from - quarter + at] as number) * share;
    }
    step = (history.at(-1) as number) - (history[from - 1] as number);
  };

  const sample = (at: number): number => {
    const gain = Math.min(1, Math.max(0, (silent - at) / (silent - full)));
    const smooth = at < quarter ? step * (1 - (at + 1) / quarter) : 0;
    random = nextRandom(random);
    // evenly spread noise is as loud as its peak by the root of three
    const noise = (random / 2 ** 31) * floor * Math.sqrt(3) * 32_768;
    return Math.max(
      -32_768,
      Math.min(32_767, Math.round(((cycle[at % cycle.length] as number) + smooth) * gain + noise * (1 - gain))),
    );
  };

  return {
    heard(samples) {
      if (samples.length === 0) return samples;
      floor = floorAfter(levelOf(samples), samples.length, sampleRate);
      let played = samples;
      if (missing > 0) {
        const most = Math.min(
          samplesIn(blendMs, sampleRate),
          Math.max(quarter, Math.round(missing * blendShare)),
          samples.length,
        );
        played = samples.slice();
        for (let at = 0; at < most; at++) {
          const share = (at + 1) / (most + 1);
          played[at] = Math.round(sample(missing + at) * (1 - share) + (samples[at] as number) * share);
        }
        missing = 0;
      }
      remember(played);
      return played;
    },
    lost(count) {
      if (count > 0 && missing === 0) begin();
      const filled = new Int16Array(count);
      for (let at = 0; at < count; at++) filled[at] = sample(missing + at);
      missing += count;
      remember(filled);
      return filled;
    },
    reset() {
      history.fill(0);
      floorAfter = noiseFloor();
      floor = 0;
      missing = 0;
    },
  };
};
