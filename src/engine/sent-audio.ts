import { type AudioFrame, type Hertz, samplesIn } from '../audio.js';
import { rateConverter } from '../dsp/rate-converter.js';
import type { Resampler } from '../dsp/resampler.js';
import type { AudioFormat } from '../providers/provider.js';
import type { ClientEventOf } from '../wire/client-event.js';
import { encodePayload } from '../wire/payload.js';

/** Audio that the application gives piece by piece: the commands that append it, in the provider's format. */
export interface SentAudio {
  /**
   * @param audio PCM16, little endian. Bytes may be cut anywhere: half a sample waits for its other half.
   */
  push(audio: Uint8Array | Int16Array): readonly Append[];
  /** What the filter of another rate still holds; half a sample is dropped, for what comes next is not its other half. */
  end(): readonly Append[];
}

type Append = ClientEventOf<'input_audio_buffer.append'>;

/** Longest piece of audio in one message: the service takes 15 MiB, and a message that long would hold up what comes after it. */
const pieceMs = 1000;

/** @param resampler Needed where the rates differ. */
export const sentAudio = (from: Hertz, format: AudioFormat, resampler: Resampler | undefined): SentAudio => {
  const converter = rateConverter({ to: format.sampleRate, quality: 5 });
  const pieceSamples = samplesIn(pieceMs, format.sampleRate);
  let position = 0;
  let half: number | undefined;

  const samplesOf = (audio: Uint8Array | Int16Array): Int16Array => {
    if (audio instanceof Int16Array) return audio;
    const joined = half === undefined ? audio : prefixed(half, audio);
    half = joined.length % 2 === 1 ? joined.at(-1) : undefined;
    return samplesFrom(joined);
  };
  const append = ({ samples }: AudioFrame): readonly Append[] => {
    const pieces: Append[] = [];
    for (let at = 0; at < samples.length; at += pieceSamples) {
      const piece = samples.subarray(at, at + pieceSamples);
      pieces.push({ type: 'input_audio_buffer.append', audio: encodePayload(piece, format.encoding) });
    }
    return pieces;
  };
  return {
    push(audio) {
      const samples = samplesOf(audio);
      const frame: AudioFrame = { samples, sampleRate: from, position };
      position += samples.length;
      return (resampler ? converter.convert(frame, resampler) : [frame]).flatMap(append);
    },
    end() {
      half = undefined;
      const rest = converter.flush();
      converter.close();
      return rest.flatMap(append);
    },
  };
};

const prefixed = (first: number, rest: Uint8Array): Uint8Array => {
  const joined = new Uint8Array(rest.length + 1);
  joined[0] = first;
  joined.set(rest, 1);
  return joined;
};

/** Samples of PCM16 bytes, little endian; an odd byte at the end is left out. */
export const samplesFrom = (bytes: Uint8Array): Int16Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => view.getInt16(2 * index, true));
};
