/** Full scale within 0.02 dB: converters clip at 32767, 32766 or -32768, as they are made. */
const fullScale = 32_700;

/** The largest magnitude among samples, 0 to 32768. */
export const peakOf = (samples: Int16Array): number => {
  let most = 0;
  let least = 0;
  // two comparisons cost less than one and Math.abs
  for (let at = 0; at < samples.length; at++) {
    const sample = samples[at] as number;
    if (sample > most) most = sample;
    else if (sample < least) least = sample;
  }
  return Math.max(most, -least);
};

/**
 * How many samples are clipped: at full scale, at the same end, two in a row at least. A single one is a peak that just fits.
 *
 * What was clipped before somebody turned it down is not seen.
 */
export const clippedIn = (samples: Int16Array): number => {
  let clipped = 0;
  let run = 0;
  let end = 0;
  for (let at = 0; at < samples.length; at++) {
    const sample = samples[at] as number;
    const now = sample >= fullScale ? 1 : sample <= -fullScale ? -1 : 0;
    run = now !== 0 && now === end ? run + 1 : now === 0 ? 0 : 1;
    end = now;
    if (run === 2) clipped += 2;
    else if (run > 2) clipped++;
  }
  return clipped;
};

/** Whether there can be clipped samples where the largest magnitude is this one. */
export const mayClip = (peak: number): boolean => peak >= fullScale;
