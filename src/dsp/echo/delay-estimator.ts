import { type Hertz, samplesIn } from '../../audio.js';
import { createRealFft } from './real-fft.js';
import type { SampleHistory } from './sample-history.js';

/** Finds out by how much one signal comes later than another that it holds an echo of. */
export interface DelayEstimator {
  /**
   * Listens to the last half second.
   *
   * @param from The least delay that is looked for, in samples; those up to a second more are.
   * @returns The delay in samples of the strongest path, once it is sure; undefined while it is not.
   */
  estimate(near: SampleHistory, far: SampleHistory, from: number): number | undefined;
  /** Forgets what it has heard. */
  reset(): void;
}

/** Speech has its power below 2 kHz. */
const coarseHz: Hertz = 4000;
/** Half a second of the microphone, a second of delays: a sound server that was late plays later and later, 0.8 s were seen. */
const points = 2048;
const reach = 4096;
const size = 8192;
/** Of the spectra: a quarter of a second is one step. */
const memory = 0.75;
/** How far the highest peak must stand out, times the root mean square of all. */
const sure = 9;
/** Peaks that lie so near are the same one, in coarse samples. */
const near = 4;
/** Samples of 16 bits below which a signal is as good as silent, root mean square. */
const silent = 20;

/**
 * Makes an estimator by generalized cross-correlation with the smoothed coherence transform: each frequency counts as far as the two signals go
 * together in it, so that neither a loud vowel nor a second voice leads it astray. Looks at mean values of a quarter of a millisecond.
 *
 * @see Knapp and Carter, "The generalized correlation method for estimation of time delay", IEEE TASSP 24 (1976).
 */
export const createDelayEstimator = (sampleRate: Hertz): DelayEstimator => {
  const step = Math.max(1, Math.round(sampleRate / coarseHz));
  const fft = createRealFft(size);
  const fine = new Float64Array((points + reach) * step);
  const nearFine = fine.subarray(0, points * step);
  const coarse = new Float64Array(size);
  const nearSpectrum = new Float64Array(size + 2);
  const farSpectrum = new Float64Array(size + 2);
  const cross = new Float64Array(size + 2);
  const nearPower = new Float64Array(size / 2 + 1);
  const farPower = new Float64Array(size / 2 + 1);
  let before = Number.NaN;
  let startedFrom = Number.NaN;

  const reset = (): void => {
    cross.fill(0);
    nearPower.fill(0);
    farPower.fill(0);
    before = Number.NaN;
  };
  /** Means of `step` samples; says how loud they are. */
  const thin = (samples: Float64Array): number => {
    let power = 0;
    const count = samples.length / step;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < step; j++) sum += samples[i * step + j] as number;
      coarse[i] = sum / step;
      power += (sum / step) ** 2;
    }
    coarse.fill(0, count);
    return Math.sqrt(power / count);
  };
  const learn = (): void => {
    for (let k = 0; k <= size / 2; k++) {
      const nr = nearSpectrum[2 * k] as number;
      const ni = nearSpectrum[2 * k + 1] as number;
      const fr = farSpectrum[2 * k] as number;
      const fi = farSpectrum[2 * k + 1] as number;
      cross[2 * k] = memory * (cross[2 * k] as number) + nr * fr + ni * fi;
      cross[2 * k + 1] = memory * (cross[2 * k + 1] as number) + ni * fr - nr * fi;
      nearPower[k] = memory * (nearPower[k] as number) + nr * nr + ni * ni;
      farPower[k] = memory * (farPower[k] as number) + fr * fr + fi * fi;
    }
  };
  const correlate = (): void => {
    for (let k = 0; k <= size / 2; k++) {
      // The lowest frequencies are hum and wind.
      const scale = k < size / 40 ? 0 : 1 / Math.sqrt((nearPower[k] as number) * (farPower[k] as number) + 1);
      nearSpectrum[2 * k] = scale * (cross[2 * k] as number);
      nearSpectrum[2 * k + 1] = scale * (cross[2 * k + 1] as number);
    }
    fft.inverse(nearSpectrum, coarse);
  };

  return {
    estimate(nearHistory, farHistory, from) {
      if (from !== startedFrom) reset();
      startedFrom = from;
      const begin = nearHistory.end() - points * step;
      // So that the greatest delay stands at the beginning of what is read.
      farHistory.read(begin - from - reach * step, fine);
      if (thin(fine) < silent) return undefined;
      fft.forward(coarse, farSpectrum);
      nearHistory.read(begin, nearFine);
      if (thin(nearFine) < silent / 10) return undefined;
      fft.forward(coarse, nearSpectrum);
      learn();
      correlate();
      let most = 0;
      let at = 0;
      let power = 0;
      // A delay of `from + n` coarse samples stands at `n - reach` of the circle.
      for (let n = 0; n < reach; n++) {
        const value = Math.abs(coarse[size - reach + n] as number);
        power += value * value;
        if (value > most) {
          most = value;
          at = n;
        }
      }
      const isSure = most > sure * Math.sqrt(power / reach);
      const isSame = Math.abs(at - before) <= near;
      before = isSure ? at : Number.NaN;
      return isSure && isSame ? from + at * step : undefined;
    },
    reset,
  };
};

/** How often to ask, in samples: a quarter of a second. */
export const estimateEvery = (sampleRate: Hertz): number => samplesIn(250, sampleRate);
