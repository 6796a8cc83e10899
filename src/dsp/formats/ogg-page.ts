import { badAudio } from './bad-audio.js';
import type { ByteQueue } from './byte-queue.js';
import { beginsWith } from './opus-packet.js';

/** One page of an Ogg stream. */
export interface OggPage {
  /** Whether its first bytes end a packet of the page before. */
  readonly isContinued: boolean;
  /** Whether it begins a logical stream. */
  readonly isFirst: boolean;
  /** Whether it ends one. */
  readonly isLast: boolean;
  /** Where the stream stands after the last packet that ends here; -1 when none does. For Opus: samples at 48 kHz, `preSkip` included. */
  readonly granule: number;
  /** Which logical stream it belongs to. */
  readonly serial: number;
  /** Its number in that stream. */
  readonly sequence: number;
  /** Its segments: a packet goes on while they have 255 bytes. */
  readonly segments: readonly Uint8Array[];
}

const headerBytes = 27;

/** RFC 3533, 6: polynomial 0x04C11DB7, neither turned around nor inverted. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

/** The checksum of a page whose own checksum, at bytes 22 to 25, is taken for 0. */
export const oggCrc = (page: Uint8Array): number => {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : (page[i] as number);
    crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] as number);
  }
  return crc >>> 0;
};

/**
 * Takes the next page, or nothing while it is not all there; never holds more than the 65,307 bytes that a page may have.
 *
 * @throws AudioError `bad_audio` on call, when what comes next is no page, or a damaged one.
 * @see {@link https://datatracker.ietf.org/doc/html/rfc3533#section-6 | RFC 3533 §6}
 */
export const takeOggPage = (queue: ByteQueue): OggPage | undefined => {
  const start = queue.peek(4);
  if (start.length > 0 && !beginsWith(Uint8Array.of(...start, ...[0x4f, 0x67, 0x67, 0x53].slice(start.length)), 'OggS')) {
    throw badAudio(`no Ogg: no page begins at byte ${queue.position}; is a chunk missing, the first one perhaps?`);
  }
  if (queue.length < headerBytes) return undefined;
  const count = queue.peek(headerBytes)[26] as number;
  const lacing = queue.peek(headerBytes + count).slice(headerBytes);
  const size = lacing.reduce((sum, length) => sum + length, headerBytes + count);
  if (lacing.length < count || queue.length < size) return undefined;

  const at = queue.position;
  const page = queue.take(size);
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (view.getUint8(4) !== 0) throw badAudio(`no Ogg that can be read: the page at byte ${at} is of version ${view.getUint8(4)}`);
  if (view.getUint32(22, true) !== oggCrc(page))
    throw badAudio(`no Ogg: the page at byte ${at} is damaged, its checksum is wrong`);
  const flags = view.getUint8(5);
  let from = headerBytes + count;
  const segments = Array.from(lacing, (length) => {
    from += length;
    return page.subarray(from - length, from);
  });
  return {
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
    granule: Number(view.getBigInt64(6, true)),
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    segments,
  };
};
