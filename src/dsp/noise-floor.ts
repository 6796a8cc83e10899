import { type Hertz, type Millis, samplesIn } from '../audio.js';

/** Speech, unlike noise, falls silent for a moment within any three seconds; minimum statistics (Martin 2001) look back half as far. */
const memoryMs: Millis = 3000;
const parts = 6;

/**
 * A fold that follows the background noise: the lowest level of the last three seconds.
 *
 * It says 0 until it has heard that much, so that somebody who speaks at once is not taken for noise. A steady sound becomes noise after
 * three seconds, a noise that stops is forgotten at once.
 *
 * @returns A step: the level of the next samples, how many they are, and their rate; it gives the floor.
 */
export const noiseFloor = (): ((level: number, samples: number, sampleRate: Hertz) => number) => {
  const minima: number[] = new Array(parts).fill(0);
  let oldest = 0;
  let floorBefore = 0;
  let current = Number.POSITIVE_INFINITY;
  let heard = 0;

  const turn = (): void => {
    minima[oldest] = current;
    oldest = (oldest + 1) % parts;
    floorBefore = Math.min(...minima);
    current = Number.POSITIVE_INFINITY;
    heard = 0;
  };

  return (level, samples, sampleRate) => {
    if (level < current) current = level;
    heard += samples;
    const floor = Math.min(current, floorBefore);
    if (heard >= samplesIn(memoryMs / parts, sampleRate)) turn();
    return floor;
  };
};
