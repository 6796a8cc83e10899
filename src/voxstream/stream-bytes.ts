import { decodeG711, encodeG711 } from '../dsp/g711.js';
import type { StreamFormat } from './stream-config.js';
export const decodeRaw = (bytes: Uint8Array, format: StreamFormat): Int16Array => {
  if (format === 'mulaw') return decodeG711(bytes, 'pcmu');
  if (format === 'alaw') return decodeG711(bytes, 'pcma');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i, true));
};
export const encodeRaw = (samples: Int16Array, format: StreamFormat): Uint8Array => {
  if (format === 'mulaw') return encodeG711(samples, 'pcmu');
  if (format === 'alaw') return encodeG711(samples, 'pcma');
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  for (let i = 0; i < samples.length; i++) view.setInt16(2 * i, samples[i] as number, true);
  return new Uint8Array(view.buffer);
};
export const toMono = (samples: Int16Array, channels: 1 | 2): Int16Array =>
  channels === 1
    ? samples
    : Int16Array.from(
        { length: samples.length >> 1 },
        (_, i) => ((samples[2 * i] as number) + (samples[2 * i + 1] as number)) >> 1,
      );
export const fromMono = (samples: Int16Array, channels: 1 | 2): Int16Array =>
  channels === 1 ? samples : Int16Array.from({ length: 2 * samples.length }, (_, i) => samples[i >> 1] as number);
