import { type AudioFrame, endOf, type Millis, samplesIn } from './audio.js';

/** The last of an audio stream. */
export interface RecentAudio {
  push(frame: AudioFrame): void;
  /** Forgets what came so far. */
  clear(): void;
  /** All of it as one frame, or undefined where there is none. */
  joined(): AudioFrame | undefined;
}

/** Keeps the last `ms` of a stream; a change of rate begins anew. */
export const createRecentAudio = (ms: Millis): RecentAudio => {
  let frames: AudioFrame[] = [];
  let length = 0;

  return {
    push(frame) {
      if (frames[0] && frames[0].sampleRate !== frame.sampleRate) {
        frames = [];
        length = 0;
      }
      frames.push(frame);
      length += frame.samples.length;
      const limit = samplesIn(ms, frame.sampleRate);
      while (frames[0] && length - frames[0].samples.length >= limit) length -= frames.shift()?.samples.length ?? 0;
    },
    clear() {
      frames = [];
      length = 0;
    },
    joined() {
      const last = frames.at(-1);
      if (!last) return undefined;
      const all = new Int16Array(length);
      let at = 0;
      for (const { samples } of frames) {
        all.set(samples, at);
        at += samples.length;
      }
      const samples = all.subarray(Math.max(0, length - samplesIn(ms, last.sampleRate)));
      // Counted back from the end: gaps of the device stand in the midst.
      return { samples, sampleRate: last.sampleRate, position: endOf(last) - samples.length };
    },
  };
};
