import type { Hertz } from '../audio.js';
import { decodePayload, type Encoding, encodePayload, sampleRateOf } from '../wire/payload.js';
import { narrowband } from './narrowband.js';
import type { AudioFormat } from './shapes.js';

/** How audio of one format goes over the wire. */
export interface AudioCodec {
  /** Samples per second on the wire. */
  readonly sampleRate: Hertz;
  /** Brings what a voice said, at 24 kHz, to the rate of the wire. */
  fit(voice: Int16Array): Int16Array;
  /** Base64 of samples at the rate of the wire. */
  encode(samples: Int16Array): string;
  /** Samples of a base64 text, or undefined where it is none. */
  decode(base64: string): Int16Array | undefined;
}

const codec = (encoding: Encoding): AudioCodec => ({
  sampleRate: sampleRateOf(encoding),
  fit: encoding === 'pcm16' ? (voice) => voice : narrowband,
  encode: (samples) => encodePayload(samples, encoding),
  decode: (base64) => decodePayload(base64, encoding),
});

const codecs: Readonly<Record<AudioFormat['type'], AudioCodec>> = {
  'audio/pcm': codec('pcm16'),
  'audio/pcmu': codec('pcmu'),
  'audio/pcma': codec('pcma'),
};

/** The codec of a format. */
export const codecOf = ({ type }: AudioFormat): AudioCodec => codecs[type];
