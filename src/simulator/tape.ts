import { type Hertz, type Millis, samplesIn } from '../audio.js';

/** The audio that a user's function may want to hear: the newest of what was appended. */
export interface Tape {
  append(samples: Int16Array, sampleRate: Hertz): void;
  /** A piece of `ms` milliseconds that ended `behindMs` before the newest; what stands before its end is forgotten. */
  take(ms: Millis, behindMs: Millis): { readonly samples: Int16Array; readonly sampleRate: Hertz };
  /** Forgets all but the last `ms`. */
  trim(ms: Millis): void;
}

/** A tape that holds the last `limitMs`; a change of rate empties it. */
export const createTape = (limitMs: Millis): Tape => {
  let chunks: Int16Array[] = [];
  let length = 0;
  let rate: Hertz = 24_000;

  const trim = (ms: Millis) => {
    const enough = samplesIn(ms, rate);
    let excess = 0;
    for (let first = chunks[excess]; first && length - first.length >= enough; first = chunks[excess]) {
      length -= first.length;
      excess++;
    }
    if (excess > 0) chunks = chunks.slice(excess);
  };

  return {
    append(samples, sampleRate) {
      if (sampleRate !== rate) {
        chunks = [];
        length = 0;
        rate = sampleRate;
      }
      chunks.push(samples);
      length += samples.length;
      // Not at every append: each trim copies the list.
      if (length > 1.5 * samplesIn(limitMs, rate)) trim(limitMs);
    },
    take(ms, behindMs) {
      const all = new Int16Array(length);
      let at = 0;
      for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      const end = Math.max(0, at - samplesIn(behindMs, rate));
      chunks = end < at ? [all.subarray(end)] : [];
      length = at - end;
      return { samples: all.subarray(Math.max(0, end - samplesIn(ms, rate)), end), sampleRate: rate };
    },
    trim,
  };
};
