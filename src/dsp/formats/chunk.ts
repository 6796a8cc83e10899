import { type Millis, samplesIn } from '../../audio.js';
import { assertFormat, type ByteFormat, bytesPerSample, isRaw, type RawFormat } from './byte-format.js';
import { encodeRaw } from './raw-samples.js';

/** What is cut, and how long the pieces are. */
export interface ChunkConfig extends ByteFormat<RawFormat> {
  /**
   * Length of a piece, in milliseconds (> 0).
   * @default 20
   */
  readonly chunkMs?: Millis;
  /**
   * What becomes of a short remainder: it is given as it is, filled up with silence, or left out.
   * @default 'keep'
   */
  readonly tail?: 'keep' | 'pad' | 'drop';
}

/**
 * Cuts whole audio into pieces of equal length, never within a sample. For a stream of frames there is `frame`.
 *
 * @param audio Samples and nothing else: of a container the pieces could not be read.
 * @returns Windows of `audio`; a piece that is filled up is a copy. Half a sample at the end is left out.
 * @throws RangeError on call, when the format is not raw, the rate or the channels cannot be, or `chunkMs` is not positive.
 */
export function chunk(audio: Uint8Array, { chunkMs = 20, tail = 'keep', ...format }: ChunkConfig): readonly Uint8Array[] {
  assertFormat('chunk', format);
  if (!isRaw(format.format)) throw new RangeError(`chunk: ${format.format} cannot be cut by time; convert it to pcm16 first`);
  if (!(chunkMs > 0)) throw new RangeError(`chunk: chunkMs must be > 0, got ${chunkMs}`);

  const frameBytes = bytesPerSample(format.format) * (format.channels ?? 1);
  const size = Math.max(1, samplesIn(chunkMs, format.sampleRate ?? 24_000)) * frameBytes;
  const length = audio.length - (audio.length % frameBytes);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < length; at += size) pieces.push(audio.subarray(at, Math.min(length, at + size)));
  const last = pieces.at(-1);
  if (!last || last.length === size || tail === 'keep') return pieces;
  if (tail === 'drop') return pieces.slice(0, -1);
  const padded = encodeRaw(new Int16Array(size / bytesPerSample(format.format)), format.format);
  padded.set(last);
  return [...pieces.slice(0, -1), padded];
}
