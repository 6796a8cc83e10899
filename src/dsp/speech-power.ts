import type { Hertz } from '../audio.js';
import { noiseFloor } from './noise-floor.js';

/** How far above the noise speech must stand, as for the detector of speech. */
const aboveNoise = 2.5;

/** Blocks that are averaged: 2 s of speech, and 0.4 s to notice that somebody else speaks, or from elsewhere. */
const longest = 200;
const shortest = 40;

/** After such a change the average of before counts as so many blocks, and less and less. */
const trusted = 2;

/** A change of more than 6 dB, as a ratio of powers; most sentences of one voice stay within it. */
const sudden = 10 ** 0.6;

/** How loud speech is. */
export interface SpeechPower {
  /**
   * Hears the next 10 ms: their mean square, and how many samples they are. Whether they are speech: louder than the gate and, once three seconds
   * were heard, than the noise.
   */
  hear(power: number, samples: number, rate: Hertz): boolean;
  /** Mean square of speech so far; 0 before any. */
  mean(): number;
}

/** A fold over blocks of 10 ms that averages the power of those that are speech. Pauses, noise and silence count for nothing. */
export const speechPower = (gatePower: number): SpeechPower => {
  const floorAfter = noiseFloor();
  let long = 0;
  let count = 0;
  const latest = new Float64Array(shortest);
  let oldest = 0;
  let isFull = false;

  return {
    hear(power, samples, rate) {
      const level = Math.sqrt(power);
      const floor = floorAfter(level, samples, rate);
      if (power < gatePower || level < floor * aboveNoise) return false;
      count = Math.min(count + 1, longest);
      long += (power - long) / count;
      latest[oldest] = power;
      oldest = (oldest + 1) % shortest;
      isFull ||= oldest === 0;
      let short = 0;
      for (let at = 0; at < shortest; at++) short += latest[at] as number;
      short /= shortest;
      if (isFull && (long > short * sudden || short > long * sudden)) {
        long = short;
        count = trusted;
      }
      return true;
    },
    mean: () => long,
  };
};
