/** What of the sound is voice, and what is behind it. */
export interface VoiceOverNoise {
  /** Mean square of the voice while it sounds, the noise taken off; 0 where nothing stands out. */
  readonly voice: number;
  /** Mean square of the noise. */
  readonly noise: number;
}

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

const activityOver = (powers: Float64Array, noise: number, gate: number, hold: number, active: Uint8Array): void => {
  let held = 0;
  for (let at = 0; at < powers.length; at++) {
    if ((powers[at] as number) > noise * gate) held = hold + 1;
    active[at] = held > 0 ? 1 : 0;
    held--;
  }
};

const meanWhere = (powers: Float64Array, active: Uint8Array, is: 0 | 1): readonly [mean: number, count: number] => {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < powers.length; at++) {
    if (active[at] !== is) continue;
    sum += powers[at] as number;
    count++;
  }
  return [count === 0 ? 0 : sum / count, count];
};

/**
 * Parts voice from noise by the levels of blocks, in order: noise is what the quietest are, and the mean of the pauses where there are some.
 *
 * @param powers Mean squares of blocks of 20 ms.
 * @param sorted As long, for the work.
 * @param active As long; is 1 in the end where there is voice.
 */
export const voiceOverNoise = (powers: Float64Array, sorted: Float64Array, active: Uint8Array): VoiceOverNoise => {
  sorted.set(powers);
  sorted.sort();
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
