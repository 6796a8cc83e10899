/** Samples that were written and that the device has not taken. */
export interface Untaken {
  /** Appends an array, which must not be changed afterwards. */
  push(samples: Int16Array): void;
  /** The device has taken so many more. */
  drop(count: number): void;
  clear(): void;
  /** What there is, in order. */
  all(): readonly Int16Array[];
}

export const createUntaken = (): Untaken => {
  let parts: Int16Array[] = [];

  return {
    push: (samples) => parts.push(samples),
    drop(count) {
      let rest = count;
      let at = 0;
      for (let part = parts[at]; part && rest >= part.length; part = parts[at]) {
        rest -= part.length;
        at += 1;
      }
      parts = parts.slice(at);
      if (rest > 0 && parts[0]) parts[0] = parts[0].subarray(rest);
    },
    clear() {
      parts = [];
    },
    all: () => parts,
  };
};
