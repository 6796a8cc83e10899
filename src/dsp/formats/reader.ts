import type { AudioFrame, Hertz } from '../../audio.js';
import { endWav, readWav, type WavState, wavStart } from '../wav.js';
import { type ByteFormat, bytesPerSample, type RawFormat } from './byte-format.js';
import { joinBytes } from './join-bytes.js';
import { toMono } from './mix-channels.js';
import { decodeRaw } from './raw-samples.js';

/** A fold from the bytes of a format, in pieces of any size, to what is in them. */
export interface Reader<Out> {
  /**
   * What these bytes complete.
   *
   * @throws AudioError on call, when they are not of this format.
   */
  push(bytes: Uint8Array): readonly Out[];
  /**
   * What was held until the end. A stream that stops in the middle is taken for what it has.
   *
   * @throws AudioError on call, when no audio ever began.
   */
  flush(): readonly Out[];
}

/** Puts samples one after the other, as frames from position 0. */
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
export const rawReader = ({ format, sampleRate = 24_000, channels = 1 }: ByteFormat<RawFormat>): Reader<AudioFrame> => {
  const size = bytesPerSample(format) * channels;
  const counter = frameCounter();
  let rest = new Uint8Array(0);
  return {
    push(bytes) {
      const all = rest.length === 0 ? bytes : joinBytes([rest, bytes]);
      const whole = all.length - (all.length % size);
      rest = all.slice(whole);
      return counter.frames(toMono(decodeRaw(all.subarray(0, whole), format), channels), sampleRate);
    },
    flush: () => [],
  };
};

/** Reads a WAV file. */
export const wavReader = (): Reader<AudioFrame> => {
  const counter = frameCounter();
  let state: WavState = wavStart;
  return {
    push(bytes) {
      const [next, samples] = readWav(state, bytes);
      state = next;
      return counter.frames(samples, state.format?.sampleRate ?? 0);
    },
    flush() {
      endWav(state);
      return [];
    },
  };
};
