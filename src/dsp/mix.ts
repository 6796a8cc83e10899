/** Audio that is to be heard with other audio. */
export interface MixPart {
  readonly samples: Int16Array;
  /** Factor of the amplitude before its first sample; it changes evenly. */
  readonly from: number;
  /** Factor of the amplitude at its last sample. */
  readonly to: number;
}

/** Adds audio up, from the same moment on; what exceeds 16 bits is cut off. `length` is that of the result: what is shorter is silent at its end. */
export const mix = (parts: readonly MixPart[], length: number): Int16Array => {
  const sums = new Float64Array(length);
  for (const { samples, from, to } of parts) {
    const step = (to - from) / Math.max(1, samples.length);
    for (let at = 0; at < samples.length; at++)
      sums[at] = (sums[at] as number) + (samples[at] as number) * (from + step * (at + 1));
  }
  const mixed = new Int16Array(length);
  for (let at = 0; at < length; at++) mixed[at] = Math.max(-32_768, Math.min(32_767, Math.round(sums[at] as number)));
  return mixed;
};
