import type { Hertz } from '../audio.js';
import { fromBase64, toBase64 } from './base64.js';

/** How samples are written on the wire: PCM16 little endian at 24 kHz, or G.711 (µ-law, A-law) at 8 kHz. */
export type Encoding = 'pcm16' | 'pcmu' | 'pcma';

/** Samples per second that the encoding has at OpenAI. */
export const sampleRateOf = (encoding: Encoding): Hertz => (encoding === 'pcm16' ? 24_000 : 8000);

/** Samples as base64 in that encoding. */
export const encodePayload = (samples: Int16Array, _encoding: Encoding): string => toBase64(samples);

/** Samples from base64 in that encoding; undefined where it is not base64. An odd last byte of PCM16 is dropped. */
export const decodePayload = (payload: string, _encoding: Encoding): Int16Array | undefined => fromBase64(payload);
