import type { Hertz } from '../audio.js';
import { fromBase64, toBase64 } from '../wire/base64.js';
import type { AudioFormat } from './shapes.js';

/** How audio of one format goes over the wire. */
export interface AudioCodec {
  /** Samples per second on the wire. */
  readonly sampleRate: Hertz;
  /** Samples of a base64 text, or undefined where it is none. */
  decode(base64: string): Int16Array | undefined;
  /** Base64 of samples at 24 kHz. */
  encode(samples: Int16Array): string;
}

const pcm16: AudioCodec = { sampleRate: 24000, decode: fromBase64, encode: toBase64 };

/** The codec of a format. */
export const codecOf = (_format: AudioFormat): AudioCodec => pcm16;
