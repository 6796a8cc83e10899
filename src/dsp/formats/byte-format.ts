import type { Hertz } from '../../audio.js';

/**
 * Samples and nothing else:
 * - `pcm16`: signed 16-bit, little endian.
 * - `float32`: IEEE 754, little endian, full scale ±1.
 * - `pcm8`: unsigned 8-bit, silence at 128, as in WAV files.
 * - `mulaw`, `alaw`: G.711, one byte a sample.
 */
export type RawFormat = 'pcm16' | 'float32' | 'pcm8' | 'mulaw' | 'alaw';

/** Files and streams that say themselves what they hold: `wav`, and Opus in the containers of a browser's MediaRecorder, `webm` and `ogg`. */
export type ContainerFormat = 'wav' | 'webm' | 'ogg';

/** Every format that can be read. `opus` is bare packets, one to a value, as RTP carries them. */
export type FormatName = RawFormat | ContainerFormat | 'opus';

/** Every format that can be written: all but `webm`. */
export type WritableFormat = Exclude<FormatName, 'webm'>;

/** One channel, or two: left and right in turn. */
export type Channels = 1 | 2;

/** What bytes are. */
export interface ByteFormat<Name extends string = FormatName> {
  readonly format: Name;
  /**
   * Samples per second and channel of a raw format; the others say it themselves.
   * @default 24000
   */
  readonly sampleRate?: Hertz;
  /**
   * Channels of a raw format; the others say it themselves.
   * @default 1
   */
  readonly channels?: Channels;
}

const rawBytes: Readonly<Record<RawFormat, number>> = { pcm16: 2, float32: 4, pcm8: 1, mulaw: 1, alaw: 1 };
const named: ReadonlySet<string> = new Set<FormatName>([...(Object.keys(rawBytes) as RawFormat[]), 'wav', 'webm', 'ogg', 'opus']);

/** Whether it is the name of samples and nothing else. */
export const isRaw = (name: string): name is RawFormat => Object.hasOwn(rawBytes, name);

/** Bytes that one sample of one channel takes. */
export const bytesPerSample = (format: RawFormat): number => rawBytes[format];

/** Throws RangeError unless the format exists, the rate is a whole number of Hz from 1000 to 768000, and there are one or two channels. */
export const assertFormat = (who: string, { format, sampleRate = 24_000, channels = 1 }: ByteFormat<string>): void => {
  if (!named.has(format)) throw new RangeError(`${who}: format must be one of ${[...named].join(', ')}, got ${format}`);
  if (!(Number.isInteger(sampleRate) && sampleRate >= 1000 && sampleRate <= 768_000)) {
    throw new RangeError(`${who}: sampleRate must be a whole number of Hz from 1000 to 768000, got ${sampleRate}`);
  }
  if (channels !== 1 && channels !== 2) throw new RangeError(`${who}: channels must be 1 or 2, got ${channels}`);
};
