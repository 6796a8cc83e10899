import { badAudio } from './bad-audio.js';
import type { Channels } from './byte-format.js';

/** What the header of an Opus stream in a container says. */
export interface OpusHead {
  readonly channels: Channels;
  /** Samples at 48 kHz to leave out at the beginning: what the encoder looked ahead. */
  readonly preSkip: number;
  /** What the decoder is to amplify by, in 1/256 dB. */
  readonly gain: number;
}

/** RFC 6716, 3.4: no packet is longer than 120 ms, in samples at 48 kHz. */
const maxPacketSamples = 5760;
const headBytes = 19;

const framesIn = (packet: Uint8Array): number => {
  const code = (packet[0] as number) & 3;
  if (code < 3) return code === 0 ? 1 : 2;
  return (packet[1] ?? 0) & 0x3f;
};

/**
 * Samples at 48 kHz that a packet stands for.
 *
 * @throws AudioError `bad_audio` on call, when it is no Opus packet.
 * @see {@link https://datatracker.ietf.org/doc/html/rfc6716#section-3.1 | RFC 6716 §3.1}: the first byte.
 */
export const opusDuration = (packet: Uint8Array): number => {
  const config = (packet[0] ?? 0) >> 3;
  const size = config < 12 ? [480, 960, 1920, 2880][config & 3] : config < 16 ? 480 << (config & 1) : 120 << (config & 3);
  const samples = packet.length === 0 ? 0 : framesIn(packet) * (size as number);
  if (samples === 0 || samples > maxPacketSamples) throw badAudio('no Opus: a packet of it is damaged');
  return samples;
};

/** Whether the bytes begin with these letters. */
export const beginsWith = (bytes: Uint8Array, letters: string): boolean =>
  bytes.length >= letters.length && Array.from(letters).every((letter, i) => bytes[i] === letter.charCodeAt(0));

/**
 * Reads the header of an Opus stream.
 *
 * @throws AudioError `bad_audio` on call, when it is none, or has more than two channels.
 * @see {@link https://datatracker.ietf.org/doc/html/rfc7845#section-5.1 | RFC 7845 §5.1}
 */
export const readOpusHead = (bytes: Uint8Array): OpusHead => {
  if (!beginsWith(bytes, 'OpusHead') || bytes.length < headBytes) throw badAudio('no Opus: its header is damaged');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = view.getUint8(9);
  if (view.getUint8(8) >> 4 !== 0) throw badAudio(`no Opus that can be read: its header is of version ${view.getUint8(8)}`);
  if ((channels !== 1 && channels !== 2) || view.getUint8(18) !== 0) {
    throw badAudio(`no Opus that can be read: it has ${channels} channels, or streams, not 1 or 2; mix it down first`);
  }
  return { channels, preSkip: view.getUint16(10, true), gain: view.getInt16(16, true) };
};

/** Writes the header of an Opus stream without amplification. */
export const opusHead = ({ channels, preSkip }: OpusHead, sampleRate: number): Uint8Array => {
  const bytes = new Uint8Array(headBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(Array.from('OpusHead', (letter) => letter.charCodeAt(0)));
  view.setUint8(8, 1);
  view.setUint8(9, channels);
  view.setUint16(10, preSkip, true);
  view.setUint32(12, sampleRate, true);
  return bytes;
};
