/** The last samples of a stream, found again by their index. */
export interface SampleHistory {
  /** Puts samples at an index; what lies between them and the end is silence. */
  write(index: number, samples: Int16Array): void;
  /** Fills `out` from an index on; what is not known, or no longer, is silence. */
  read(index: number, out: Float64Array): void;
  /** Index behind the last sample; minus infinity before the first. */
  end(): number;
}

/** Makes a history of no more than `capacity` samples, a power of two. Nothing is allocated later. */
export const createSampleHistory = (capacity: number): SampleHistory => {
  const ring = new Int16Array(capacity);
  // Index modulo capacity, of negative indices too.
  const mask = capacity - 1;
  let end = Number.NEGATIVE_INFINITY;

  return {
    write(index, samples) {
      const newEnd = Math.max(end, index + samples.length);
      const oldest = newEnd - capacity;
      for (let i = Math.max(end, oldest); i < index; i++) ring[i & mask] = 0;
      for (let i = Math.max(0, oldest - index); i < samples.length; i++) ring[(index + i) & mask] = samples[i] as number;
      end = newEnd;
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
