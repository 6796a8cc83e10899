import { ascii, bytesOf, headPacket } from './ogg-file.js';

type Content = Uint8Array | readonly number[];

const idBytes = (id: number): number[] => {
  const bytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
};

/** A length of 1 to 8 bytes. */
export const vint = (value: number, length = value < 127 ? 1 : value < 16_383 ? 2 : 4): number[] => {
  const bytes = Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);
  bytes[0] = (bytes[0] as number) | (0x80 >> (length - 1));
  return bytes;
};

/** An element with its length. */
export const element = (id: number, ...content: Content[]): Uint8Array => {
  const body = bytesOf(...content);
  return bytesOf(idBytes(id), vint(body.length), body);
};

/** An element that does not say how long it is. */
export const openElement = (id: number, ...content: Content[]): Uint8Array =>
  bytesOf(idBytes(id), [0x01, 255, 255, 255, 255, 255, 255, 255], ...content);

export const ebml = element(0x1a45dfa3, element(0x4282, ascii('webm')));

export interface TrackSpec {
  readonly number?: number;
  readonly type?: number;
  readonly codec?: string;
  readonly head?: Uint8Array | undefined;
  readonly more?: readonly Uint8Array[];
}

export const track = ({ number = 1, type = 2, codec = 'A_OPUS', head = headPacket(), more = [] }: TrackSpec = {}): Uint8Array =>
  element(
    0xae,
    element(0xd7, [number]),
    element(0x83, [type]),
    element(0x86, ascii(codec)),
    ...(head.length === 0 ? [] : [element(0x63a2, head)]),
    element(0xe1, element(0x9f, [1])),
    ...more,
  );

export const tracks = (...all: Uint8Array[]): Uint8Array => element(0x1654ae6b, ...all);

/** Without lacing. */
export const simple = (packet: Content, number = 1): Uint8Array => element(0xa3, vint(number), [0, 0, 0x80], packet);

export const group = (packet: Content, ...more: Uint8Array[]): Uint8Array =>
  element(0xa0, element(0xa1, [0x81, 0, 0, 0], packet), ...more);

export const discard = (ns: number): Uint8Array => element(0x75a2, [0, ns >>> 24, (ns >> 16) & 255, (ns >> 8) & 255, ns & 255]);

const isPacket = (packet: Content): boolean => packet.length > 0;

/** A block with lacing: 1 Xiph, 2 of fixed size, 3 EBML. */
export const laced = (packets: readonly Uint8Array[], lacing: 1 | 2 | 3): Uint8Array => {
  const sizes = packets.slice(0, -1).map(({ length }) => length);
  const xiph = sizes.flatMap((size) => [...new Array<number>(Math.floor(size / 255)).fill(255), size % 255]);
  const steps = sizes.flatMap((size, i) => (i === 0 ? vint(size, 2) : vint(size - (sizes[i - 1] as number) + 8191, 2)));
  const lengths = lacing === 1 ? xiph : lacing === 3 ? steps : [];
  return element(0xa3, [0x81, 0, 0, lacing << 1, packets.length - 1], lengths, ...packets.filter(isPacket));
};

export const cluster = (...blocks: Uint8Array[]): Uint8Array => element(0x1f43b675, element(0xe7, [0]), ...blocks);
export const liveCluster = (...blocks: Uint8Array[]): Uint8Array => openElement(0x1f43b675, element(0xe7, [0]), ...blocks);

/** A file as MediaRecorder writes it: nothing in it says how long it is. */
export const webmFile = (packets: readonly Uint8Array[], perCluster = 3): Uint8Array => {
  const clusters: Uint8Array[] = [];
  for (let at = 0; at < packets.length; at += perCluster)
    clusters.push(liveCluster(...packets.slice(at, at + perCluster).map((packet) => simple(packet))));
  return bytesOf(ebml, openElement(0x18538067, tracks(track()), ...clusters));
};
