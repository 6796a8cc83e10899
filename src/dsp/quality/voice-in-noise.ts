import { activityOver, meanWhere, type VoiceOverNoise, type VoiceWork } from './voice-activity.js';

/** Blocks to each side of the one that they smooth: 100 ms in all. A gap in speech is about as long. */
const around = 2;
/** In 1.5 s nobody speaks without such a gap (Martin, Noise Power Spectral Density Estimation, 2001), and windows overlap by half. */
const span = 75;
const stride = 37;
/** Share of the blocks whose neighbours show how much the noise itself comes and goes. */
const quiet = 0.3;
/**
 * The least of what is smoothed lies below the mean, in decibels by so much for each by which neighbours differ: fitted to wind, a coffee shop, a
 * fireplace and hiss, none of which differs by more than 1.3. Voices do.
 */
const biasOf = 1.8;
const mostDifferent = 1.3;
/** How far above the noise 100 ms must stand to be voice, 1.8 dB, and how many blocks after it are voice, too. */
const gate = 1.5;
const hold = 10;

const smoothed = (powers: Float64Array, smooth: Float64Array): void => {
  for (let at = 0; at < powers.length; at++) {
    const from = Math.max(0, at - around);
    const to = Math.min(powers.length - 1, at + around);
    let sum = 0;
    for (let i = from; i <= to; i++) sum += powers[i] as number;
    smooth[at] = sum / (to - from + 1);
  }
};

/** The mean of the least values of windows: it follows a noise that swells for seconds. */
const meanOfLeast = (smooth: Float64Array): number => {
  let sum = 0;
  let count = 0;
  for (let from = 0; count === 0 || from + span <= smooth.length; from += stride) {
    let lowest = Number.POSITIVE_INFINITY;
    for (let at = from; at < Math.min(from + span, smooth.length); at++) lowest = Math.min(lowest, smooth[at] as number);
    sum += lowest;
    count++;
  }
  return sum / count;
};

/** By how many decibels quiet blocks differ from quiet neighbours: the median. */
const differenceOf = (powers: Float64Array, sorted: Float64Array): number => {
  const most = sorted[Math.floor(quiet * (sorted.length - 1))] as number;
  let count = 0;
  for (let at = 1; at < powers.length; at++) {
    const [before, now] = [powers[at - 1] as number, powers[at] as number];
    if (before < most && now < most && before > 0 && now > 0) sorted[count++] = Math.abs(10 * Math.log10(now / before));
  }
  return count === 0 ? 0 : (sorted.subarray(0, count).sort()[count >> 1] as number);
};

/**
 * Parts a voice from a noise that is nearly as loud, or louder: noise is what the quietest 100 ms of each 1.5 s are, corrected for how much it comes
 * and goes (minimum statistics), and voice is what is more.
 *
 * Where the voice is clear it takes soft speech for noise.
 *
 * @param powers Mean squares of blocks of 20 ms, in order, not empty.
 * @param work `sorted` holds them in ascending order, and anything afterwards.
 * @param least No noise is softer.
 */
export const voiceInNoise = (powers: Float64Array, { sorted, smooth, active }: VoiceWork, least: number): VoiceOverNoise => {
  smoothed(powers, smooth);
  const biasDb = biasOf * Math.min(mostDifferent, differenceOf(powers, sorted));
  const noise = Math.max(least, meanOfLeast(smooth) * 10 ** (biasDb / 10));
  activityOver(smooth, noise, gate, hold, active);
  const [loud] = meanWhere(powers, active, 1);
  return { voice: Math.max(0, loud - noise), noise };
};
