import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { AudioFrame } from '../audio.js';
import { wavHeader } from '../dsp/wav.js';
import { fileError } from '../node/file.js';

/** A WAV file (mono PCM16) that grows. Each method throws `AudioError` `file` when it cannot be written. */
export interface WavWriter {
  /** The first frame says the rate, and replaces what stood in the file. */
  write(frame: AudioFrame): void;
  /** Says in the header how long it is, where one can go back to it: not in a pipe. */
  end(): void;
  /** Closes it, as it is. */
  close(): void;
}

export const wavWriter = (path: string): WavWriter => {
  let file: number | undefined;
  let length = 0;
  let rate = 0;

  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw fileError('write', path, error);
    }
  };
  const append = (to: number, bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done);
  };

  return {
    write: ({ samples, sampleRate }) =>
      attempt(() => {
        if (file === undefined) {
          file = openSync(path, 'w');
          rate = sampleRate;
          append(file, wavHeader(rate, Number.POSITIVE_INFINITY));
        }
        append(file, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
        length += samples.length;
      }),
    end: () =>
      attempt(() => {
        if (file !== undefined && fstatSync(file).isFile()) writeSync(file, wavHeader(rate, length), 0, undefined, 0);
      }),
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};
