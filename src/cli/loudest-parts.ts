import { peakOf } from '../dsp/quality/peak.js';

/** A fold over the samples of a sound. */
export interface LoudestParts {
  push(samples: Int16Array): void;
  /** The largest magnitude of each part, 0 to 32768, in order; the last part may be shorter. */
  end(): readonly number[];
}

/** Tells the loudest of each part of a sound, the parts being equal and as long as they must be for there to be no more than `most`, which is even. */
export const loudestParts = (most: number): LoudestParts => {
  let parts: number[] = [];
  let size = 1;
  let current = 0;
  let count = 0;

  const close = (): void => {
    parts.push(current);
    current = 0;
    count = 0;
    if (parts.length < most) return;
    parts = Array.from({ length: most / 2 }, (_, at) => Math.max(parts[2 * at] as number, parts[2 * at + 1] as number));
    size *= 2;
  };

  return {
    push(samples) {
      for (let at = 0; at < samples.length; ) {
        const taken = Math.min(size - count, samples.length - at);
        current = Math.max(current, peakOf(samples.subarray(at, at + taken)));
        count += taken;
        at += taken;
        if (count === size) close();
      }
    },
    end: () => (count === 0 ? parts : [...parts, current]),
  };
};
