/** The last samples of a stream, found again by their index. */
export interface SampleHistory {
  /** Puts samples at an index; what lies between them and the end is silence. */
  write(index: number, samples: Int16Array): void;
  /** Fills `out` from an index on; what is not known, or no longer, is silence. */
  read(index: number, out: Float64Array): void;
  /** Index behind the last sample. */
  end(): number;
}

/** Makes a history of no more than `capacity` samples, a power of two. Nothing is allocated later. */
export const createSampleHistory = (capacity: number): SampleHistory => {
  const ring = new Int16Array(capacity);
  // Index modulo capacity, of negative indices too.
  const mask = capacity - 1;
  let end = 0;

  return {
    write(index, samples) {
      const from = Math.max(end, index - capacity);
      for (let i = from; i < index; i++) ring[i & mask] = 0;
      for (let i = Math.max(0, samples.length - capacity); i < samples.length; i++)
        ring[(index + i) & mask] = samples[i] as number;
      end = Math.max(end, index + samples.length);
    },
    read(index, out) {
      const oldest = end - capacity;
      for (let i = 0; i < out.length; i++) {
        const at = index + i;
        out[i] = at < end && at >= oldest ? (ring[at & mask] as number) : 0;
      }
    },
    end: () => end,
  };
};
