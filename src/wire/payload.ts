import type { Hertz } from '../audio.js';
import { type Companding, decodeG711, encodeG711 } from '../dsp/g711.js';
import { bytesFromBase64, bytesIn, bytesToBase64, fromBase64, toBase64 } from './base64.js';

/** How samples are written on the wire: PCM16 little endian at 24 kHz, or G.711 (µ-law, A-law) at 8 kHz. */
export type Encoding = 'pcm16' | Companding;

/** Samples per second that the encoding has at OpenAI. */
export const sampleRateOf = (encoding: Encoding): Hertz => (encoding === 'pcm16' ? 24_000 : 8000);

/** Samples as base64 in that encoding. */
export const encodePayload = (samples: Int16Array, encoding: Encoding): string =>
  encoding === 'pcm16' ? toBase64(samples) : bytesToBase64(encodeG711(samples, encoding));

/**
 * Samples from base64 in that encoding; undefined where it is not base64, and for half a sample: what is shifted by a
 * byte is noise at full scale.
 */
export const decodePayload = (payload: string, encoding: Encoding): Int16Array | undefined => {
  if (encoding === 'pcm16') return (bytesIn(payload) ?? 1) % 2 === 0 ? fromBase64(payload) : undefined;
  const bytes = bytesFromBase64(payload);
  return bytes && decodeG711(bytes, encoding);
};
