import { type AudioFrame, endOf } from '../audio.js';
import { bytesPerSample } from '../dsp/formats/byte-format.js';
import { fromMono, toMono } from '../dsp/formats/mix-channels.js';
import { decodeRaw, encodeRaw } from '../dsp/formats/raw-samples.js';
import { AudioError } from '../errors.js';
import type { StreamSettings } from './stream-config.js';

/** Audio as it comes: bytes of the configured format, PCM16 samples, or frames that know their rate and place. */
export type RawAudio = Uint8Array | Int16Array | AudioFrame;

/** A fold that reads audio of any kind, and says it in the same kind again. Bytes may be cut anywhere: what is no whole sample waits for its rest. */
export interface Inlet {
  /**
   * The audio as a frame; its place follows on what was read before, unless it says its own.
   *
   * @throws AudioError `format_mismatch`, when it is no audio, or samples of two channels are odd in number.
   */
  read(audio: RawAudio): AudioFrame;
  /** Samples in the kind of the audio that was read last; that audio itself where they are its own. */
  write(samples: Int16Array): RawAudio;
}

const noBytes = new Uint8Array(0);

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  if (first.length === 0) return second;
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
};

/** Makes an inlet; it begins at sample 0. */
export function inlet({ sampleRate, channels, format }: Pick<StreamSettings, 'sampleRate' | 'channels' | 'format'>): Inlet {
  const blockBytes = bytesPerSample(format) * channels;
  let rest = noBytes;
  let next = 0;
  let last: RawAudio = noBytes;
  let own: Int16Array = new Int16Array(0);

  const samplesOf = (audio: Uint8Array | Int16Array): Int16Array => {
    if (audio instanceof Int16Array) {
      if (audio.length % channels !== 0)
        throw new AudioError(`VoxStream: samples of ${channels} channels must be even in number, got ${audio.length}`, {
          code: 'format_mismatch',
        });
      // Some of it may be kept, and the memory is the caller's own, to be used again.
      return channels === 1 ? audio.slice() : toMono(audio, channels);
    }
    const bytes = joined(rest, audio);
    const whole = bytes.length - (bytes.length % blockBytes);
    rest = bytes.slice(whole);
    // What was carried over, or is, is not the caller's own chunk any more.
    if (bytes.length !== whole || bytes !== audio) last = bytes.subarray(0, whole);
    return toMono(decodeRaw(bytes.subarray(0, whole), format), channels);
  };

  return {
    read(audio) {
      checkAudio(audio);
      last = audio;
      const frame = isFrame(audio) ? audio : { samples: samplesOf(audio), sampleRate, position: next };
      own = frame.samples;
      next = endOf(frame);
      return frame;
    },
    write(samples) {
      if (samples === own) return last;
      if (isFrame(last)) return { ...last, samples };
      const both = fromMono(samples, channels);
      return last instanceof Int16Array ? both : encodeRaw(both, format);
    },
  };
}

/** Whether it is a frame. */
export const isFrame = (audio: unknown): audio is AudioFrame =>
  typeof audio === 'object' &&
  audio !== null &&
  'samples' in audio &&
  audio.samples instanceof Int16Array &&
  'position' in audio &&
  'sampleRate' in audio;

/** Whether it is audio, and no source of it. */
export const isRawAudio = (audio: unknown): audio is RawAudio =>
  audio instanceof Uint8Array || audio instanceof Int16Array || isFrame(audio);

/** The compiler sees what methods are given; a stream may hold anything. */
function checkAudio(audio: unknown): asserts audio is RawAudio {
  if (isRawAudio(audio)) return;
  const got = audio === null ? 'null' : Array.isArray(audio) ? 'an array' : `a ${typeof audio}`;
  throw new AudioError(`VoxStream: audio must be a Uint8Array, an Int16Array or an AudioFrame, got ${got}`, {
    code: 'format_mismatch',
  });
}
