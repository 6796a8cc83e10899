import { type AudioFrame, type Millis, samplesIn } from '../../src/audio.js';

/** Samples as bytes of their own. */
export const bytesOf = ({ samples }: AudioFrame): Uint8Array => new Uint8Array(samples.slice().buffer);

/** Cut at these lengths, over and over. */
export const cut = <Audio extends Uint8Array | Int16Array>(audio: Audio, sizes: readonly number[]): Audio[] => {
  const parts: Audio[] = [];
  for (let at = 0, i = 0; at < audio.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    parts.push(audio.subarray(at, at + size) as Audio);
    at += size;
  }
  return parts;
};

export const joinedBytes = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
export const joinedSamples = (parts: readonly { readonly samples: Int16Array }[]): Int16Array =>
  Int16Array.from(parts.flatMap(({ samples }) => [...samples]));

/** Audio in frames, the last one maybe shorter. */
export const framesOf = ({ samples, sampleRate, position }: AudioFrame, ms: Millis = 20): AudioFrame[] => {
  const size = samplesIn(ms, sampleRate);
  return cut(samples, [size]).map((part, i) => ({ samples: part, sampleRate, position: position + i * size }));
};

/** Audio of a speaker: silence, then speech, then silence. */
export const utterance = (beforeMs: Millis, speech: AudioFrame, afterMs: Millis): AudioFrame => {
  const { sampleRate } = speech;
  const samples = new Int16Array(samplesIn(beforeMs, sampleRate) + speech.samples.length + samplesIn(afterMs, sampleRate));
  samples.set(speech.samples, samplesIn(beforeMs, sampleRate));
  return { samples, sampleRate, position: 0 };
};

/** All that an iterable gives. */
export const all = async <Value>(values: AsyncIterable<Value>): Promise<Value[]> => {
  const read: Value[] = [];
  for await (const value of values) read.push(value);
  return read;
};
