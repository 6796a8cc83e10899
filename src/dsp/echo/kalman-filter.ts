import { powerOf } from './power-of.js';
import { createRealFft } from './real-fft.js';

/** An adaptive filter in the frequency domain. All spectra hold real and imaginary parts in turns. */
export interface KalmanFilter {
  /** The echo of the block that was predicted last. */
  readonly echo: Float64Array;
  /** Of each bin the power that the filter is still uncertain by, as a windowed block shows it. */
  readonly uncertainty: Float64Array;
  /** Says what the echo of a block will be, from the spectra of the loudspeaker's blocks that it may hold: the newest first, each over two blocks. */
  predict(spectra: readonly Float64Array[]): void;
  /**
   * Takes the block of the microphone that was predicted, with the same spectra.
   *
   * @param leak Of each bin the share of the echo's power that was left of late. The filter is at least as uncertain: else it would take its own lag, behind
   * the drift of two clocks for example, for somebody's voice, and hold still.
   */
  learn(near: Float64Array, spectra: readonly Float64Array[], leak: Float64Array): void;
  /** Whether what was predicted last was louder than what it was to be taken from. */
  isHarmful(): boolean;
  /**
   * Whether the filter does not follow the echo: at first, and when the path has changed. Until it takes most of the echo away again, or has had its time.
   */
  isLost(): boolean;
  /** Moves what was learned by so many blocks, when the spectra are taken from earlier (positive) or later ones. */
  shift(blocks: number): void;
  /** Forgets the room. */
  reset(): void;
}

/** What to make. */
export interface KalmanFilterConfig {
  /** Samples in a block, a power of two. */
  readonly blockSize: number;
  /** Blocks that an echo may last. */
  readonly partitions: number;
}

/** How much of the path is the same a block later: a path may be another one within seconds. */
const persistence = 0.9995;
/** Power of the path that is thought possible before anything was heard; a loudspeaker beside a microphone. */
const firstUncertainty = 0.5;
/** How fast the spectrum of what is no echo is followed. */
const smoothing = 0.8;
/** Louder than the microphone itself by this factor of power, and for so many blocks: the filter does harm. */
const harm = 1.5;
const harmBlocks = 6;
/** So soon, 20 ms, it is lost, if what it does is no quieter than that share of the echo's power of late: a VAD takes 100 ms of echo for speech. */
const lostBlocks = 2;
const audible = 0.05;
/** For so many blocks with sound at the most, 1.5 s of 10 ms, in which a new delay is found (with 90 the assistant interrupted itself once in 20 turns on a busy machine); it is found again when it takes 6 dB away. */
const longestLost = 140;
const found = 0.25;
/** Partitions that are brought back to half their length in each block. */
const constrainedAtOnce = 2;

/**
 * The partitioned-block Kalman filter: each bin of each partition is a state with an uncertainty of its own, out of which its step follows. So it learns
 * fast while it knows little and holds still while somebody else speaks, without a detector of double talk.
 *
 * @see Enzner and Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones", Signal Processing 86 (2006).
 * @see Kuech, Mabande and Enzner, "State-space architecture of the partitioned-block-based acoustic echo controller", ICASSP 2014.
 */
export const createKalmanFilter = ({ blockSize, partitions }: KalmanFilterConfig): KalmanFilter => {
  const fft = createRealFft(2 * blockSize);
  const bins = blockSize + 1;
  const arrays = (length: number): Float64Array[] => Array.from({ length: partitions }, () => new Float64Array(length));
  const weights = arrays(2 * bins);
  const uncertainties = arrays(bins);
  const other = new Float64Array(bins);
  const known = new Float64Array(bins);
  const uncertainty = new Float64Array(bins);
  const spectrum = new Float64Array(2 * bins);
  const signal = new Float64Array(2 * blockSize);
  const latter = signal.subarray(blockSize);
  const error = new Float64Array(blockSize);
  const echo = new Float64Array(blockSize);
  let harmful = 0;
  let isHarmful = false;
  let lostFor = longestLost;
  let echoLevel = 0;
  let nearMean = 0;
  let errorMean = 0;
  let constrained = 0;
  /** White noise of one step of 16 bits: what no filter can be better than. */
  const least = blockSize / 12;

  const forget = (p: number): void => {
    weights[p]?.fill(0);
    uncertainties[p]?.fill(firstUncertainty * 0.8 ** p);
  };
  const reset = (): void => {
    for (let p = 0; p < partitions; p++) forget(p);
    other.fill(0);
    harmful = 0;
  };
  const constrain = (weight: Float64Array): void => {
    fft.inverse(weight, signal);
    signal.fill(0, blockSize);
    fft.forward(signal, weight);
  };
  const predict = (spectra: readonly Float64Array[]): void => {
    spectrum.fill(0);
    known.fill(0);
    for (let p = 0; p < partitions; p++) {
      const weight = weights[p] as Float64Array;
      const far = spectra[p] as Float64Array;
      const doubt = uncertainties[p] as Float64Array;
      for (let k = 0; k < bins; k++) {
        const re = far[2 * k] as number;
        const im = far[2 * k + 1] as number;
        const wr = weight[2 * k] as number;
        const wi = weight[2 * k + 1] as number;
        spectrum[2 * k] = (spectrum[2 * k] as number) + re * wr - im * wi;
        spectrum[2 * k + 1] = (spectrum[2 * k + 1] as number) + re * wi + im * wr;
        known[k] = (known[k] as number) + (re * re + im * im) * (doubt[k] as number);
      }
    }
    for (let k = 0; k < bins; k++) uncertainty[k] = 0.5 * (known[k] as number);
    fft.inverse(spectrum, signal);
    echo.set(latter);
  };
  /** The power of all that is no echo, from what is left and from what the filter does not know yet. */
  const learnOther = (): void => {
    for (let k = 0; k < bins; k++) {
      const power = (spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2;
      const doubt = uncertainty[k] as number;
      const part = Math.max(power - doubt, (power * power) / (power + doubt + least));
      // At once when it comes, by and by when it goes.
      other[k] = Math.max(part, smoothing * (other[k] as number) + (1 - smoothing) * part);
    }
  };
  const update = (spectra: readonly Float64Array[], leak: Float64Array): void => {
    const kept = persistence * persistence;
    for (let k = 0; k < bins; k++) known[k] = 1 / ((known[k] as number) + 2 * (other[k] as number) + least);
    for (let p = 0; p < partitions; p++) {
      const weight = weights[p] as Float64Array;
      const far = spectra[p] as Float64Array;
      const doubt = uncertainties[p] as Float64Array;
      for (let k = 0; k < bins; k++) {
        const re = far[2 * k] as number;
        const im = far[2 * k + 1] as number;
        const er = spectrum[2 * k] as number;
        const ei = spectrum[2 * k + 1] as number;
        const before = doubt[k] as number;
        const step = before * (known[k] as number);
        const wr = (weight[2 * k] as number) + step * (re * er + im * ei);
        const wi = (weight[2 * k + 1] as number) + step * (re * ei - im * er);
        weight[2 * k] = wr;
        weight[2 * k + 1] = wi;
        const power = wr * wr + wi * wi;
        doubt[k] = Math.max(
          kept * (1 - 0.5 * step * (re * re + im * im)) * before + (1 - kept) * power,
          (leak[k] as number) * power,
        );
      }
    }
  };

  const watch = (nearPower: number, errorPower: number): void => {
    echoLevel = Math.max(0.98 * echoLevel, powerOf(echo));
    nearMean = 0.9 * nearMean + 0.1 * nearPower;
    errorMean = 0.9 * errorMean + 0.1 * errorPower;
    if (harmful >= lostBlocks && errorPower > audible * echoLevel) lostFor = longestLost;
    else if (lostFor > 0) lostFor = errorMean < found * nearMean ? 0 : lostFor - 1;
  };

  reset();
  return {
    echo,
    uncertainty,
    predict,
    learn(near, spectra, leak) {
      for (let i = 0; i < blockSize; i++) error[i] = (near[i] as number) - (echo[i] as number);
      const nearPower = powerOf(near);
      const errorPower = powerOf(error);
      isHarmful = errorPower > harm * nearPower + least;
      harmful = isHarmful ? harmful + 1 : Math.max(0, harmful - 0.25);
      watch(nearPower, errorPower);
      if (harmful > harmBlocks) reset();
      if (isHarmful) {
        error.set(near);
        echo.fill(0);
      }
      signal.fill(0, 0, blockSize);
      signal.set(error, blockSize);
      fft.forward(signal, spectrum);
      learnOther();
      update(spectra, leak);
      for (let i = 0; i < constrainedAtOnce; i++) {
        constrain(weights[constrained] as Float64Array);
        constrained = (constrained + 1) % partitions;
      }
    },
    isLost: () => lostFor > 0,
    isHarmful: () => isHarmful,
    shift(blocks) {
      lostFor = longestLost;
      const turns = Math.max(-partitions, Math.min(partitions, blocks));
      for (let i = 0; i < Math.abs(turns); i++) {
        if (turns > 0) {
          weights.push(weights.shift() as Float64Array);
          uncertainties.push(uncertainties.shift() as Float64Array);
          forget(partitions - 1);
        } else {
          weights.unshift(weights.pop() as Float64Array);
          uncertainties.unshift(uncertainties.pop() as Float64Array);
          forget(0);
        }
      }
    },
    reset,
  };
};
