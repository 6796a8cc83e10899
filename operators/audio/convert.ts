import { defaultIfEmpty, firstValueFrom, map, of, toArray } from 'rxjs';
import type { FormatName } from '../../src/dsp/formats/byte-format.js';
import { joinBytes } from '../../src/dsp/formats/join-bytes.js';
import { closeWav } from '../../src/dsp/wav.js';
import { type DecodeStreamConfig, decodeStream } from './decodeStream.js';
import { type EncodeStreamConfig, encodeStream } from './encodeStream.js';

/** From what to what. */
export interface ConvertConfig {
  /**
   * What the audio is: a name, or with rate and channels.
   * @default 'auto'
   */
  readonly from?: FormatName | 'auto' | DecodeStreamConfig;
  /** What it becomes: a name, or with rate and channels. */
  readonly to: EncodeStreamConfig['format'] | EncodeStreamConfig;
}

/**
 * Converts audio that is there as a whole, from any format and rate to any other. For audio that comes bit by bit there are `decodeStream` and
 * `encodeStream`, of which it is made.
 *
 * @returns A promise of the bytes; it rejects with the `AudioError` of those operators. Lengths are exact: nothing is filled up, but `chunkMs` where it is said.
 * Of no audio, WAV and Ogg are files without samples, and all other formats no bytes.
 * @throws RangeError on call, when a format does not exist, cannot be written, or is `opus`: bare packets without a container have no bounds; take `ogg`.
 */
export function convert(audio: Uint8Array, { from = 'auto', to }: ConvertConfig): Promise<Uint8Array> {
  const source = typeof from === 'string' ? { format: from } : from;
  const target = typeof to === 'string' ? { format: to } : to;
  if (target.format === 'opus')
    throw new RangeError('convert: packets of Opus have no bounds in one piece; take ogg, or encodeStream');

  return firstValueFrom(
    of(audio).pipe(
      decodeStream(source),
      defaultIfEmpty({ samples: new Int16Array(0), sampleRate: source.sampleRate ?? 24_000, position: 0 }),
      encodeStream(target),
      toArray(),
      map(joinBytes),
      map((bytes) => (target.format === 'wav' ? closeWav(bytes) : bytes)),
    ),
    { defaultValue: new Uint8Array(0) },
  );
}
