import { decodeG711, encodeG711 } from '../g711.js';
import { bytesPerSample, type RawFormat } from './byte-format.js';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const sampleOf = (value: number): number => {
  const scaled = Math.round(value * 32_768);
  return scaled > 32_767 ? 32_767 : scaled < -32_768 ? -32_768 : scaled || 0;
};

/**
 * Reads samples as PCM16, channels in turn as they are. What floats say beyond ±1 is clipped, and what is no number is silence.
 *
 * @param bytes Whole samples; bytes beyond the last whole one are left out.
 */
export const decodeRaw = (bytes: Uint8Array, format: RawFormat): Int16Array => {
  if (format === 'mulaw') return decodeG711(bytes, 'pcmu');
  if (format === 'alaw') return decodeG711(bytes, 'pcma');
  const view = viewOf(bytes);
  const samples = new Int16Array(Math.floor(bytes.length / bytesPerSample(format)));
  if (format === 'pcm8') for (let i = 0; i < samples.length; i++) samples[i] = ((bytes[i] as number) - 128) << 8;
  else if (format === 'pcm16') for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true);
  else for (let i = 0; i < samples.length; i++) samples[i] = sampleOf(view.getFloat32(4 * i, true));
  return samples;
};

/** Writes PCM16 samples, channels in turn as they are. Eight bits are rounded, not cut: cutting would shift silence. */
export const encodeRaw = (samples: Int16Array, format: RawFormat): Uint8Array => {
  if (format === 'mulaw') return encodeG711(samples, 'pcmu');
  if (format === 'alaw') return encodeG711(samples, 'pcma');
  const bytes = new Uint8Array(samples.length * bytesPerSample(format));
  const view = viewOf(bytes);
  if (format === 'pcm8')
    for (let i = 0; i < samples.length; i++) bytes[i] = Math.min(255, ((samples[i] as number) + 32_896) >> 8);
  else if (format === 'pcm16') for (let i = 0; i < samples.length; i++) view.setInt16(2 * i, samples[i] as number, true);
  else for (let i = 0; i < samples.length; i++) view.setFloat32(4 * i, (samples[i] as number) / 32_768, true);
  return bytes;
};
