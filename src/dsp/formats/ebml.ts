import { badAudio } from './bad-audio.js';
import type { ByteQueue } from './byte-queue.js';

/** The first bytes of an element: what it is, and how long. */
export interface ElementHeader {
  readonly id: number;
  /** Bytes of its content; undefined where the element does not say, as live streams do not. */
  readonly size: number | undefined;
}

/** A number of variable length, and the bytes that it took. */
export interface Vint {
  readonly value: number;
  readonly bytes: number;
  /** Whether all its bits are set: a length that nobody knows. */
  readonly isUnknown: boolean;
}

/**
 * Reads a number of 1 to 8 bytes, of which the first says how many; nothing when they are not all there.
 *
 * @throws AudioError `bad_audio` on call, when no number begins with this byte, or it is of more than 53 bits.
 * @see {@link https://datatracker.ietf.org/doc/html/rfc8794#section-4 | RFC 8794 §4}
 */
export const readVint = (bytes: Uint8Array): Vint | undefined => {
  const [first] = bytes;
  if (first === undefined) return undefined;
  if (first === 0) throw badAudio('no WebM: a number in it is damaged');
  const length = Math.clz32(first) - 23;
  if (bytes.length < length) return undefined;
  let value = first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = bytes[i] as number;
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  if (!isUnknown && value > Number.MAX_SAFE_INTEGER) throw badAudio('no WebM: a number in it is damaged');
  return { value, bytes: length, isUnknown };
};

/** Longest id and longest length. */
const maxHeaderBytes = 12;

/**
 * Takes the header of the next element, or nothing while it is not all there.
 *
 * @throws AudioError `bad_audio` on call, when no element begins here.
 */
export const takeElementHeader = (queue: ByteQueue): ElementHeader | undefined => {
  const bytes = queue.peek(maxHeaderBytes);
  const [first] = bytes;
  if (first === undefined) return undefined;
  const idBytes = Math.clz32(first) - 23;
  if (idBytes > 4) throw badAudio(`no WebM: no element begins at byte ${queue.position}; is a chunk missing?`);
  const size = bytes.length > idBytes ? readVint(bytes.subarray(idBytes)) : undefined;
  if (size === undefined) return undefined;
  const id = bytes.subarray(0, idBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  queue.skip(idBytes + size.bytes);
  return { id, size: size.isUnknown ? undefined : size.value };
};

/** An unsigned number of up to 8 bytes. */
export const unsignedOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** A signed number of up to 8 bytes. */
export const signedOf = (bytes: Uint8Array): number => {
  const value = unsignedOf(bytes);
  return (bytes[0] ?? 0) & 0x80 ? value - 256 ** bytes.length : value;
};
