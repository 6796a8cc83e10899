import type { AudioFrame, Hertz } from '../../audio.js';
import { endWav, readWav, type WavState, wavStart } from '../wav.js';
import { type AudioFormat, bytesPerSample, type RawFormat } from './audio-format.js';
import { joinBytes } from './join-bytes.js';
import { toMono } from './mix-channels.js';
import { decodeRaw } from './raw-samples.js';

/** A fold from the bytes of a format, in pieces, to frames, mono PCM16, one after the other from position 0. */
export interface StreamDecoder {
  /** What these bytes complete; none of it empty. */
  decode(bytes: Uint8Array): readonly AudioFrame[];
  /** The end: what was held, or the error of a stream that never began. */
  flush(): readonly AudioFrame[];
  /** Gives back memory that is not collected. */
  close(): void;
}

/** Puts samples one after the other. */
export const frameCounter = () => {
  let position = 0;
  return {
    frames(samples: Int16Array, sampleRate: Hertz): readonly AudioFrame[] {
      if (samples.length === 0) return [];
      position += samples.length;
      return [{ samples, sampleRate, position: position - samples.length }];
    },
    /** Leaves out samples that are missing. */
    jump(count: number): void {
      position += count;
    },
  };
};

/** Reads samples and nothing else. Half a sample waits for its other half; at the end it is dropped. */
export const rawDecoder = ({ format, sampleRate = 24_000, channels = 1 }: AudioFormat<RawFormat>): StreamDecoder => {
  const size = bytesPerSample(format) * channels;
  const counter = frameCounter();
  let rest = new Uint8Array(0);
  return {
    decode(bytes) {
      const all = rest.length === 0 ? bytes : joinBytes([rest, bytes]);
      const whole = all.length - (all.length % size);
      rest = all.slice(whole);
      return counter.frames(toMono(decodeRaw(all.subarray(0, whole), format), channels), sampleRate);
    },
    flush: () => [],
    close: () => undefined,
  };
};

/** Reads a WAV file. */
export const wavDecoder = (): StreamDecoder => {
  const counter = frameCounter();
  let state: WavState = wavStart;
  return {
    decode(bytes) {
      const [next, samples] = readWav(state, bytes);
      state = next;
      return counter.frames(samples, state.format?.sampleRate ?? 0);
    },
    flush() {
      endWav(state);
      return [];
    },
    close: () => undefined,
  };
};
