import { badAudio } from './bad-audio.js';
import { readVint } from './ebml.js';

/** What a block holds, of whichever track. */
export interface WebmBlock {
  readonly track: number;
  readonly frames: readonly Uint8Array[];
}

const damaged = (): Error => badAudio('no WebM: a block of it is damaged');

const vintAt = (bytes: Uint8Array, at: number) => {
  const vint = readVint(bytes.subarray(at));
  if (vint === undefined) throw damaged();
  return vint;
};

/** Xiph: each length as bytes of 255 and a last one below. */
const xiphSizes = (bytes: Uint8Array, count: number): readonly [sizes: readonly number[], at: number] => {
  const sizes: number[] = [];
  let at = 0;
  while (sizes.length < count) {
    let size = 0;
    let byte: number | undefined;
    do {
      byte = bytes[at++];
      if (byte === undefined) throw damaged();
      size += byte;
    } while (byte === 255);
    sizes.push(size);
  }
  return [sizes, at];
};

/** EBML: the first length, then how each differs from the one before. */
const ebmlSizes = (bytes: Uint8Array, count: number): readonly [sizes: readonly number[], at: number] => {
  const sizes: number[] = [];
  let at = 0;
  while (sizes.length < count) {
    const { value, bytes: length } = vintAt(bytes, at);
    const last = sizes.at(-1);
    const size = last === undefined ? value : last + value - (2 ** (7 * length - 1) - 1);
    if (size < 0) throw damaged();
    sizes.push(size);
    at += length;
  }
  return [sizes, at];
};

const framesOf = (bytes: Uint8Array, lacing: number): readonly Uint8Array[] => {
  if (lacing === 0) return [bytes];
  const [count] = bytes;
  if (count === undefined) throw damaged();
  const rest = bytes.subarray(1);
  if (lacing === 2) {
    const size = rest.length / (count + 1);
    if (!Number.isInteger(size)) throw damaged();
    return Array.from({ length: count + 1 }, (_, i) => rest.subarray(i * size, (i + 1) * size));
  }
  const [sizes, start] = lacing === 1 ? xiphSizes(rest, count) : ebmlSizes(rest, count);
  let at = start;
  const frames = sizes.map((size) => {
    at += size;
    return rest.subarray(at - size, at);
  });
  if (at > rest.length) throw damaged();
  return [...frames, rest.subarray(at)];
};

/**
 * Reads the content of a SimpleBlock or Block, with any of the four lacings.
 *
 * @throws AudioError `bad_audio` on call, when lengths in it do not add up.
 * @see {@link https://datatracker.ietf.org/doc/html/rfc9559#section-10 | RFC 9559 §10}
 */
export const readWebmBlock = (bytes: Uint8Array): WebmBlock => {
  const { value: track, bytes: length } = vintAt(bytes, 0);
  const flags = bytes[length + 2];
  if (flags === undefined) throw damaged();
  return { track, frames: framesOf(bytes.subarray(length + 3), (flags >> 1) & 3) };
};
