/** Samples that wait, first in, first out. */
export interface SampleQueue {
  /** How many wait. */
  length(): number;
  push(samples: Int16Array): void;
  /** The next ones, new memory; zeros where fewer wait. */
  take(count: number): Int16Array;
  /** Forgets the next ones. */
  skip(count: number): void;
}

/** Makes a queue in which `zeros` samples of silence wait: a delay line, when as many are taken as are pushed. */
export const sampleQueue = (zeros = 0): SampleQueue => {
  let memory = new Int16Array(Math.max(1024, 2 * zeros));
  let start = 0;
  let end = zeros;

  const room = (count: number): void => {
    if (end + count <= memory.length) return;
    const waiting = end - start;
    const isLarge = waiting + count <= memory.length / 2;
    const next = isLarge ? memory : new Int16Array(2 * (waiting + count));
    if (isLarge) memory.copyWithin(0, start, end);
    else next.set(memory.subarray(start, end));
    memory = next;
    start = 0;
    end = waiting;
  };

  return {
    length: () => end - start,
    push(samples) {
      room(samples.length);
      memory.set(samples, end);
      end += samples.length;
    },
    take(count) {
      const taken = new Int16Array(count);
      const has = Math.min(count, end - start);
      for (let at = 0; at < has; at++) taken[at] = memory[start + at] as number;
      start += has;
      return taken;
    },
    skip(count) {
      start = Math.min(end, start + count);
    },
  };
};
