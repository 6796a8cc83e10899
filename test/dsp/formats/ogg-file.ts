import { oggCrc } from '../../../src/dsp/formats/ogg-page.js';

/** One page, as bytes. A packet that goes on over the page is given with `goesOn`: its length must be a multiple of 255. */
export interface PageSpec {
  readonly packets: readonly Uint8Array[];
  readonly granule?: number;
  readonly serial?: number;
  readonly sequence?: number;
  /** 1: continued, 2: first, 4: last. */
  readonly flags?: number;
  readonly goesOn?: boolean;
}

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export const bytesOf = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

export const page = ({ packets, granule = 0, serial = 7, sequence = 0, flags = 0, goesOn = false }: PageSpec): Uint8Array => {
  const lacing = packets.flatMap((packet, i) => {
    const whole = new Array<number>(Math.floor(packet.length / 255)).fill(255);
    return goesOn && i === packets.length - 1 ? whole : [...whole, packet.length % 255];
  });
  const header = new Uint8Array(27);
  const view = new DataView(header.buffer);
  header.set(ascii('OggS'));
  header[5] = flags;
  view.setBigInt64(6, BigInt(granule), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  header[26] = lacing.length;
  const bytes = bytesOf(header, lacing, ...packets);
  new DataView(bytes.buffer).setUint32(22, oggCrc(bytes), true);
  return bytes;
};

export const headPacket = ({ channels = 1, preSkip = 312, gain = 0, family = 0 } = {}): Uint8Array =>
  bytesOf(ascii('OpusHead'), [1, channels, preSkip & 255, preSkip >> 8, 0x80, 0xbb, 0, 0, gain & 255, (gain >> 8) & 255, family]);

export const tagsPacket = (extra = 0): Uint8Array =>
  bytesOf(ascii('OpusTags'), [4, 0, 0, 0], ascii('test'), [0, 0, 0, 0], new Uint8Array(extra));

/** A packet of 20 ms at 48 kHz by its first byte; what it sounds like does not matter. */
export const packet20 = (fill: number, length = 10): Uint8Array => new Uint8Array(length).fill(fill).fill(0x78, 0, 1);

interface OggFileSpec {
  readonly perPage?: number;
  readonly preSkip?: number;
  readonly channels?: number;
  readonly serial?: number;
  readonly samples?: number;
}

/** A whole file: header, comments, pages of `perPage` packets of 20 ms; `samples` is what its end says that there is. */
export const oggFile = (
  packets: readonly Uint8Array[],
  { perPage = 3, preSkip = 312, channels = 1, serial = 7, samples }: OggFileSpec = {},
): Uint8Array => {
  const end = samples === undefined ? packets.length * 960 : samples + preSkip;
  const pages = [
    page({ packets: [headPacket({ preSkip, channels })], flags: 2, serial }),
    page({ packets: [tagsPacket()], sequence: 1, serial }),
  ];
  for (let at = 0; at < packets.length; at += perPage) {
    const some = packets.slice(at, at + perPage);
    const isLast = at + perPage >= packets.length;
    const granule = isLast ? end : (at + some.length) * 960;
    pages.push(page({ packets: some, granule, sequence: pages.length, flags: isLast ? 4 : 0, serial }));
  }
  return bytesOf(...pages);
};
