import { activityOver, meanWhere, type VoiceOverNoise, type VoiceWork } from './voice-activity.js';
import { voiceInNoise } from './voice-in-noise.js';

/** Share of the blocks that are noise even where somebody speaks without a pause: words have gaps of some blocks. */
const quietest = 0.04;
/** The quietest of a noise that swells lie below its mean: 3.5 dB for wind, 0.5 for a hiss. */
const quietestToMean = 10 ** 0.2;
/** Share of the blocks that must lie between words for their mean to say more than the quietest do. */
const enoughPauses = 0.1;
/** How far above the noise a block must stand to be voice: 5 dB, and 8 dB where voice is clear of it. */
const gates = { near: 10 ** 0.5, clear: 10 ** 0.8 };
/** How many blocks after one that stands out are voice, too (ITU-T P.56 holds for 200 ms). */
const holds = { near: 5, clear: 10 };
/** From 12 dB on voice is clear of noise. */
const clearFrom = 10 ** 1.2;
/** -96 dB: what a single bit of 16 makes. */
const least = 2.5e-10;

/** Up to this ratio voice and noise are told as where one drowns in the other, in decibels, and from the other on as where it is clear. */
const drowned = 0;
const clear = 6;

/** Noise is what the quietest are, and the mean of the pauses where there are some: too little where it comes and goes, which matters when it is loud. */
const voiceBesideNoise = (powers: Float64Array, { sorted, active }: VoiceWork): VoiceOverNoise => {
  const lowest = Math.max(1, Math.round(quietest * sorted.length));
  let noise = 0;
  for (let at = 0; at < lowest; at++) noise += (sorted[at] ?? 0) / lowest;
  noise = Math.max(least, noise);

  activityOver(powers, noise, gates.near, holds.near, active);
  const [rough] = meanWhere(powers, active, 1);
  const [gate, hold] = rough > noise * clearFrom ? [gates.clear, holds.clear] : [gates.near, holds.near];
  let pauses: number | undefined;
  for (let round = 0; round < 3; round++) {
    activityOver(powers, pauses ?? noise, gate, hold, active);
    const [mean, count] = meanWhere(powers, active, 0);
    if (gate === gates.near || count < enoughPauses * powers.length) break;
    pauses = Math.max(least, mean);
  }
  const [loud] = meanWhere(powers, active, 1);
  const behind = pauses ?? noise * quietestToMean;
  return { voice: Math.max(0, loud - behind), noise: behind };
};

/**
 * Parts voice from noise by the levels of blocks: by `voiceInNoise` up to 0 dB, by the pauses from 6 dB on, and by both between.
 *
 * @param powers Mean squares of blocks of 20 ms, in order, not empty.
 * @param work Memory that is written over.
 */
export const voiceOverNoise = (powers: Float64Array, work: VoiceWork): VoiceOverNoise => {
  work.sorted.set(powers);
  work.sorted.sort();
  const beside = voiceBesideNoise(powers, work);
  const within = voiceInNoise(powers, work, least);
  const ratioDb = 10 * Math.log10(within.voice / within.noise);
  const share = Math.min(1, Math.max(0, (ratioDb - drowned) / (clear - drowned)));
  if (share === 0 || beside.voice === 0) return within;
  const between = (a: number, b: number): number => a ** (1 - share) * b ** share;
  return { voice: between(within.voice, beside.voice), noise: between(within.noise, beside.noise) };
};
