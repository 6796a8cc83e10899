import type { Channels } from './byte-format.js';

/** The mean of both channels, rounded down; mono is given as it is. The sum would clip, one side alone would lose who sits at the other. */
export const toMono = (samples: Int16Array, channels: Channels): Int16Array => {
  if (channels === 1) return samples;
  const mono = new Int16Array(samples.length >> 1);
  for (let i = 0; i < mono.length; i++) mono[i] = ((samples[2 * i] as number) + (samples[2 * i + 1] as number)) >> 1;
  return mono;
};

/** The same on both channels; mono is given as it is. */
export const fromMono = (samples: Int16Array, channels: Channels): Int16Array => {
  if (channels === 1) return samples;
  const both = new Int16Array(2 * samples.length);
  for (let i = 0; i < samples.length; i++) both[2 * i] = both[2 * i + 1] = samples[i] as number;
  return both;
};
