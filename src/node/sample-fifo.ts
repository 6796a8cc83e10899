/** Samples that wait in a row. */
export interface SampleFifo {
  readonly length: number;
  /** Appends an array, which must not be changed afterwards. */
  push(samples: Int16Array): void;
  /** Removes the first `count` samples, or as many as there are. */
  take(count: number): Int16Array;
  clear(): void;
}

/** An empty row. */
export const sampleFifo = (): SampleFifo => {
  let parts: Int16Array[] = [];
  let length = 0;

  return {
    get length() {
      return length;
    },
    push(samples) {
      if (samples.length === 0) return;
      parts.push(samples);
      length += samples.length;
    },
    take(count) {
      const taken = new Int16Array(Math.min(count, length));
      let filled = 0;
      let used = 0;
      for (const part of parts) {
        if (filled === taken.length) break;
        const piece = part.subarray(0, taken.length - filled);
        taken.set(piece, filled);
        filled += piece.length;
        if (piece.length === part.length) used += 1;
        else parts[used] = part.subarray(piece.length);
      }
      parts = parts.slice(used);
      length -= filled;
      return taken;
    },
    clear() {
      parts = [];
      length = 0;
    },
  };
};
