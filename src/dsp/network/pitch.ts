import { type Hertz, samplesIn } from '../../audio.js';

/** Voices lie between 66 and 200 Hz; a higher one repeats with one of its multiples (ITU-T G.711, Appendix I). */
const shortestMs = 5;
const longestMs = 15;
const templateMs = 20;
/** 8 kHz is enough to find a period roughly. */
const coarseHz: Hertz = 8000;

/** Samples of history that finding a period takes. */
export const pitchHistory = (sampleRate: Hertz): number => samplesIn(templateMs + longestMs, sampleRate);

const likeness = (history: Int16Array, template: number, lag: number, step: number): number => {
  let products = 0;
  let squares = 1;
  for (let at = history.length - template; at < history.length; at += step) {
    const before = history[at - lag] as number;
    products += (history[at] as number) * before;
    squares += before * before;
  }
  return products / Math.sqrt(squares);
};

/**
 * The period with which the end of a sound repeats, in samples: the lag at which its last 20 ms are most like what was before; first roughly, then to
 * the sample.
 *
 * @param history At least `pitchHistory` samples.
 */
export const pitchPeriod = (history: Int16Array, sampleRate: Hertz): number => {
  const template = samplesIn(templateMs, sampleRate);
  const shortest = samplesIn(shortestMs, sampleRate);
  const longest = samplesIn(longestMs, sampleRate);
  const step = Math.max(1, Math.round(sampleRate / coarseHz));

  const best = (from: number, to: number, by: number): number => {
    let found = from;
    let most = Number.NEGATIVE_INFINITY;
    for (let lag = from; lag <= to; lag += by) {
      const value = likeness(history, template, lag, step);
      if (value <= most) continue;
      most = value;
      found = lag;
    }
    return found;
  };
  const rough = best(shortest, longest, step);
  return best(Math.max(shortest, rough - step), Math.min(longest, rough + step), 1);
};
