import { createEchoLeak } from './echo-leak.js';
import { createFadingFilter } from './fading-filter.js';
import { createNoiseBed } from './noise-bed.js';
import { createRealFft } from './real-fft.js';

/** Takes away what a linear filter leaves of an echo. */
export interface ResidualSuppressor {
  /** Of each bin the share of the echo's power that was left of it of late. */
  readonly leak: Float64Array;
  /** Samples by which the sound comes out later. */
  readonly delay: number;
  /**
   * Prepares for the next half block.
   *
   * @param echo The echo that will be taken away in it.
   * @param uncertainty The power by which the filter is uncertain, of each bin.
   * @param isBlind Nothing is known of the echo: all is taken away but the noise of the room.
   * @param isNext Whether a block begins: what was heard of the one before is learned from.
   */
  expect(echo: Float64Array, uncertainty: Float64Array, isBlind: boolean, isNext: boolean): void;
  /** Takes the samples `from` to before `to` of a block, as the filter left them, of one half of it, and gives as many at the same place. */
  process(error: Float64Array, from: number, to: number, out: Float64Array): void;
}

/** Amplitude that is left at least: -46 dB. */
const leastGain = 0.005;
/** By how much the echo is thought louder than it seems: echo that gets through is heard as somebody speaking. */
const caution = 2;
/** Share of the half block before in what is thought to be near speech (decision-directed, Ephraim and Malah 1984). */
const memory = 0.85;
/** An echo dies away no faster than its room lets it: 1.5 dB in half a block of 10 ms. */
const decay = 0.7;

/** Bins on either side that count as much as one itself, 200 Hz: one alone is as likely to be loud by chance as by speech. */
const neighbours = 4;
const widen = (from: Float64Array, into: Float64Array): void => {
  const bins = from.length;
  let sum = 0;
  for (let k = -neighbours; k < bins; k++) {
    if (k + neighbours < bins) sum += from[k + neighbours] as number;
    if (k > neighbours) sum -= from[k - neighbours - 1] as number;
    if (k >= 0) into[k] = Math.max(0, sum) / (2 * neighbours + 1);
  }
};

/** What comes of an echo that was quieter of late is known less: so much of it is thought to be left beside its share, 15 dB less than there is of it. */
const begun = 0.03;
/** What was of late is forgotten by 2.5 dB in 100 ms. */
const lasting = 0.97;

/** A window that rises long and falls soon, so that it says what was heard last; with the power of a sine window. */
const windowOf = (length: number, fall: number): Float64Array => {
  const rise = length - fall;
  const window = Float64Array.from({ length }, (_, i) =>
    i < rise ? Math.sin((Math.PI * (i + 0.5)) / (2 * rise)) : Math.cos((Math.PI * (i - rise + 0.5)) / (2 * fall)),
  );
  const power = window.reduce((sum, value) => sum + value * value, 0);
  return window.map((value) => value * Math.sqrt(length / 2 / power));
};

/**
 * Makes a suppressor. What is left of the echo is thought to be what the filter is uncertain by, and a share of the echo that it will take away: a
 * loudspeaker's distortion is none of the filter's. Gives the noise of the room as it is, so that nobody hears the loudspeaker fall silent.
 *
 * The gains of the bins are made a short symmetric filter, so that the sound waits for half of that and not for a block with its overlap.
 *
 * @param blockSize Samples in a block, a power of two, 16 at least; the delay is a quarter of it.
 */
export const createResidualSuppressor = (blockSize: number): ResidualSuppressor => {
  const size = 2 * blockSize;
  const hop = blockSize / 2;
  const reach = blockSize / 4;
  const fft = createRealFft(size);
  const gainFft = createRealFft(blockSize);
  const bins = blockSize + 1;
  const window = windowOf(size, blockSize / 4);
  const taper = Float64Array.from({ length: reach + 1 }, (_, j) => Math.cos((0.5 * Math.PI * j) / (reach + 1)));
  const numbers = (length: number): Float64Array => new Float64Array(length);
  const errors = numbers(size);
  const echoes = numbers(size);
  const signal = numbers(size);
  const spectrum = numbers(2 * bins);
  const power = numbers(bins);
  const echoPower = numbers(bins);
  /** Real parts, and imaginary ones of 0, in turns. */
  const gains = numbers(bins + 1);
  const response = numbers(blockSize);
  const speech = numbers(bins);
  const residual = numbers(bins);
  const lately = numbers(bins);
  const wide = numbers(bins);
  const wideResidual = numbers(bins);
  const leak = createEchoLeak(bins);
  const noise = createNoiseBed(bins);
  const filter = createFadingFilter({ reach, fadeLength: hop / 2, most: hop });

  const powersOf = (samples: Float64Array, powers: Float64Array): void => {
    for (let i = 0; i < size; i++) signal[i] = (samples[i] as number) * (window[i] as number);
    fft.forward(signal, spectrum);
    for (let k = 0; k < bins; k++) powers[k] = (spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2;
  };
  const estimate = (uncertainty: Float64Array): void => {
    for (let k = 0; k < bins; k++) {
      const echo = echoPower[k] as number;
      const before = lately[k] as number;
      lately[k] = Math.max(echo, lasting * before);
      const found = (leak.shares[k] as number) * echo + begun * Math.max(0, echo - before) + (uncertainty[k] as number);
      const slower = Math.max(found, decay * (residual[k] as number));
      residual[k] = slower < 1e-6 ? 0 : slower;
    }
    widen(power, wide);
    widen(residual, wideResidual);
  };
  const gainOf = (k: number, isBlind: boolean): number => {
    const heard = wide[k] as number;
    const unwanted = caution * (wideResidual[k] as number);
    // Nothing is to be taken away, or nothing is there.
    if (unwanted === 0 && !isBlind) {
      speech[k] = heard;
      return 1;
    }
    const ratio = isBlind ? 0 : memory * ((speech[k] as number) / unwanted) + (1 - memory) * Math.max(0, heard / unwanted - 1);
    const found = ratio / (1 + ratio);
    speech[k] = found * found * heard;
    // What is left of an echo that is only beginning was not heard yet.
    const louder = Math.max(power[k] as number, unwanted, 1e-9);
    const bed = Math.min(1, Math.sqrt((noise.power[k] as number) / louder));
    return Math.max(leastGain, found, bed);
  };

  return {
    leak: leak.shares,
    delay: reach,
    expect(echo, uncertainty, isBlind, isNext) {
      powersOf(errors, power);
      if (isNext) {
        // That of the echo was made for the same samples, when they were still to come.
        leak.learn(power, echoPower);
        noise.learn(power);
      }
      echoes.copyWithin(0, hop);
      echoes.set(echo, size - hop);
      powersOf(echoes, echoPower);
      estimate(uncertainty);
      // Each other bin says enough for so short a response.
      for (let k = 0; k < bins; k += 2) gains[k] = gainOf(k, isBlind);
      gainFft.inverse(gains, response);
      for (let j = 0; j <= reach; j++) filter.next[j] = (response[j] as number) * (taper[j] as number);
      filter.fade();
      errors.copyWithin(0, hop);
    },
    process(error, from, to, out) {
      const start = size - hop - Math.floor(from / hop) * hop;
      for (let i = from; i < to; i++) errors[start + i] = error[i] as number;
      filter.filter(error, from, to, out);
    },
  };
};
