import type { Hertz } from '../audio.js';
import { type Companding, decodeG711, encodeG711 } from '../dsp/g711.js';
import { bytesFromBase64, bytesToBase64, fromBase64, toBase64 } from '../wire/base64.js';
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

const pcm16: AudioCodec = { sampleRate: 24000, fit: (voice) => voice, encode: toBase64, decode: fromBase64 };

const g711 = (law: Companding): AudioCodec => ({
  sampleRate: 8000,
  fit: narrowband,
  encode: (samples) => bytesToBase64(encodeG711(samples, law)),
  decode: (text) => {
    const bytes = bytesFromBase64(text);
    return bytes && decodeG711(bytes, law);
  },
});

const codecs: Readonly<Record<AudioFormat['type'], AudioCodec>> = {
  'audio/pcm': pcm16,
  'audio/pcmu': g711('pcmu'),
  'audio/pcma': g711('pcma'),
};

/** The codec of a format. */
export const codecOf = ({ type }: AudioFormat): AudioCodec => codecs[type];
