const COARSE = 8;

const meanOf = (samples: Int16Array): number => samples.reduce((sum, sample) => sum + sample, 0) / Math.max(1, samples.length);
const centred = (samples: Int16Array): Float64Array => {
  const mean = meanOf(samples);
  return Float64Array.from(samples, (sample) => sample - mean);
};
/** Every eighth sample, as the mean of eight. */
const coarse = (samples: Float64Array): Float64Array =>
  Float64Array.from({ length: Math.floor(samples.length / COARSE) }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < COARSE; j++) sum += samples[COARSE * i + j] ?? 0;
    return sum / COARSE;
  });

/** Pearson's r of the reference and as much of the recording from `lag` on. */
const at = (reference: Float64Array, recording: Float64Array, lag: number): number => {
  let product = 0;
  let a = 0;
  let b = 0;
  for (let i = 0; i < reference.length; i++) {
    const x = reference[i] ?? 0;
    const y = recording[i + lag] ?? 0;
    product += x * y;
    a += x * x;
    b += y * y;
  }
  return a === 0 || b === 0 ? 0 : product / Math.sqrt(a * b);
};

const best = (
  reference: Float64Array,
  recording: Float64Array,
  from: number,
  to: number,
): { readonly peak: number; readonly lag: number } => {
  let found = { peak: Number.NEGATIVE_INFINITY, lag: from };
  for (let lag = from; lag <= to; lag++) {
    const peak = at(reference, recording, lag);
    if (peak > found.peak) found = { peak, lag };
  }
  return found;
};

/**
 * Looks for the reference in a recording of the same sample rate.
 *
 * @returns The highest correlation, 1 where every sample is there, and the sample of the recording at which it begins.
 * A gap, a repetition or another speed lowers it.
 */
export const correlate = (reference: Int16Array, recording: Int16Array): { readonly peak: number; readonly lag: number } => {
  const wanted = centred(reference);
  const heard = centred(recording);
  const last = Math.max(0, heard.length - wanted.length);
  const about = COARSE * best(coarse(wanted), coarse(heard), 0, Math.ceil(last / COARSE)).lag;
  return best(wanted, heard, Math.max(0, about - COARSE), about + COARSE);
};
