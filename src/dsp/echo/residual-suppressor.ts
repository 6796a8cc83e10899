import { createEchoLeak } from './echo-leak.js';
import { createNoiseBed } from './noise-bed.js';
import { createRealFft } from './real-fft.js';

/** Takes away what a linear filter leaves of an echo. */
export interface ResidualSuppressor {
  /** Of each bin the share of the echo's power that was left of it of late. */
  readonly leak: Float64Array;
  /**
   * Takes what the filter left of a block, the echo that it took away, and the power by which it is uncertain, of each bin.
   *
   * @param isBlind Nothing is known of the echo: all is taken away but the noise of the room.
   * @param out The block before, of the same length.
   */
  process(error: Float64Array, echo: Float64Array, uncertainty: Float64Array, isBlind: boolean, out: Float64Array): void;
}

/** Amplitude that is left at least: -46 dB. */
const leastGain = 0.005;
/** By how much the echo is thought louder than it seems: echo that gets through is heard as somebody speaking. */
const caution = 3;
/** Share of the last block in what is thought to be near speech (decision-directed, Ephraim and Malah 1984). */
const memory = 0.85;
/** An echo dies away no faster than its room lets it: 2 dB in 10 ms. */
const decay = 0.6;

/** Means of five bins: one alone is as likely to be loud by chance as by speech. */
const widen = (from: Float64Array, into: Float64Array): void => {
  const bins = from.length;
  let sum = 0;
  for (let k = -2; k < bins; k++) {
    if (k + 2 < bins) sum += from[k + 2] as number;
    if (k > 2) sum -= from[k - 3] as number;
    if (k >= 0) into[k] = Math.max(0, sum) / 5;
  }
};

/**
 * Makes a suppressor. What is left of the echo is thought to be what the filter is uncertain by, and a share of the echo that it took away: a
 * loudspeaker's distortion is none of the filter's. Gives the noise of the room as it is, so that nobody hears the loudspeaker fall silent.
 *
 * @param blockSize Samples in a block, a power of two; the delay.
 */
export const createResidualSuppressor = (blockSize: number): ResidualSuppressor => {
  const fft = createRealFft(2 * blockSize);
  const bins = blockSize + 1;
  const window = Float64Array.from({ length: 2 * blockSize }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / (2 * blockSize)));
  const numbers = (length: number): Float64Array => new Float64Array(length);
  const errors = numbers(2 * blockSize);
  const echoes = numbers(2 * blockSize);
  const signal = numbers(2 * blockSize);
  const tail = numbers(blockSize);
  const spectrum = numbers(2 * bins);
  const echoSpectrum = numbers(2 * bins);
  const power = numbers(bins);
  const echoPower = numbers(bins);
  const speech = numbers(bins);
  const residual = numbers(bins);
  const wide = numbers(bins);
  const wideResidual = numbers(bins);
  const leak = createEchoLeak(bins);
  const noise = createNoiseBed(bins);

  const windowed = (pair: Float64Array, block: Float64Array, into: Float64Array, powers: Float64Array): void => {
    pair.copyWithin(0, blockSize);
    pair.set(block, blockSize);
    for (let i = 0; i < signal.length; i++) signal[i] = (pair[i] as number) * (window[i] as number);
    fft.forward(signal, into);
    for (let k = 0; k < bins; k++) powers[k] = (into[2 * k] as number) ** 2 + (into[2 * k + 1] as number) ** 2;
  };
  const learn = (uncertainty: Float64Array): void => {
    leak.learn(power, echoPower);
    noise.learn(power);
    for (let k = 0; k < bins; k++) {
      const found = (leak.shares[k] as number) * (echoPower[k] as number) + (uncertainty[k] as number);
      const lasting = Math.max(found, decay * (residual[k] as number));
      residual[k] = lasting < 1e-6 ? 0 : lasting;
    }
    widen(power, wide);
    widen(residual, wideResidual);
  };
  const gainOf = (k: number, isBlind: boolean): number => {
    const heard = wide[k] as number;
    const unwanted = caution * (wideResidual[k] as number);
    // Nothing is to be taken away, or nothing is there.
    if ((unwanted === 0 && !isBlind) || heard < 1e-9) {
      speech[k] = heard;
      return 1;
    }
    const ratio = isBlind ? 0 : memory * ((speech[k] as number) / unwanted) + (1 - memory) * Math.max(0, heard / unwanted - 1);
    const found = ratio / (1 + ratio);
    speech[k] = found * found * heard;
    const bed = Math.min(1, Math.sqrt((noise.power[k] as number) / ((power[k] as number) + 1e-9)));
    return Math.max(leastGain, found, bed);
  };

  return {
    leak: leak.shares,
    process(error, echo, uncertainty, isBlind, out) {
      windowed(echoes, echo, echoSpectrum, echoPower);
      windowed(errors, error, spectrum, power);
      learn(uncertainty);
      for (let k = 0; k < bins; k++) {
        const gain = gainOf(k, isBlind);
        spectrum[2 * k] = gain * (spectrum[2 * k] as number);
        spectrum[2 * k + 1] = gain * (spectrum[2 * k + 1] as number);
      }
      fft.inverse(spectrum, signal);
      for (let i = 0; i < blockSize; i++) {
        out[i] = (tail[i] as number) + (signal[i] as number) * (window[i] as number);
        tail[i] = (signal[blockSize + i] as number) * (window[blockSize + i] as number);
      }
    },
  };
};
