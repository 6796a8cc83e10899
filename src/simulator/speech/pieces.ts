import { durationOf, type Millis, samplesIn } from '../../audio.js';
import type { AudioCodec } from '../audio-format.js';

/** Audio as it goes over the wire. */
export interface Piece {
  /** Base64. */
  readonly delta: string;
  readonly ms: Millis;
}

/** Audio of one delta: what the service's deltas came to in the recordings (3.4 s in 17, 0.75 s in 4). */
const pieceMs: Millis = 200;

const cut = (voice: Int16Array, codec: AudioCodec): readonly Piece[] => {
  const samples = codec.fit(voice);
  const size = samplesIn(pieceMs, codec.sampleRate);
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) => {
    const piece = samples.subarray(index * size, (index + 1) * size);
    return { delta: codec.encode(piece), ms: durationOf(piece.length, codec.sampleRate) };
  });
};

const known = new WeakMap<Int16Array, Map<AudioCodec, readonly Piece[]>>();

/**
 * What a voice said, cut and encoded; once for all sessions that say the same. Remembered for as long as the samples are.
 *
 * @param voice At 24 kHz; not changed afterwards.
 */
export const piecesOf = (voice: Int16Array, codec: AudioCodec): readonly Piece[] => {
  const byCodec = known.get(voice) ?? new Map<AudioCodec, readonly Piece[]>();
  const pieces = byCodec.get(codec) ?? cut(voice, codec);
  known.set(voice, byCodec.set(codec, pieces));
  return pieces;
};
