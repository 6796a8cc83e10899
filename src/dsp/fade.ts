/** Samples scaled from one gain to another, evenly, so that no step is heard. */
export const fade = (samples: Int16Array, from: number, to: number): Int16Array => {
  const step = (to - from) / Math.max(1, samples.length);
  const faded = new Int16Array(samples.length);
  for (let at = 0; at < samples.length; at++) faded[at] = Math.round((samples[at] as number) * (from + step * (at + 1)));
  return faded;
};

/**
 * What to play after the last samples when no more have come: the same backwards, falling to silence. It begins where
 * they ended, so that no click is heard.
 */
export const fadeOutAfter = (last: Int16Array): Int16Array => fade(last.toReversed(), 1, 0);
