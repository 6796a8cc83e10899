import { badAudio } from './bad-audio.js';
import { byteQueue } from './byte-queue.js';
import { type Demuxer, type OpusPart, partsOf, type TimedPacket } from './demuxer.js';
import { type ElementHeader, signedOf, takeElementHeader } from './ebml.js';
import { opusDuration } from './opus-packet.js';
import { readWebmBlock } from './webm-block.js';
import { type OpusTrack, trackElements, type WebmTracks, webmTracks } from './webm-tracks.js';

const ids = { ebml: 0x1a45dfa3, segment: 0x18538067, tracks: 0x1654ae6b, audio: 0xe1, cluster: 0x1f43b675 };
const blocks = { simple: 0xa3, group: 0xa0, inGroup: 0xa1, discard: 0x75a2 };

/** What is gone into: its header is read, and what follows is its content. All else is passed over whole, or kept whole. */
const masters: ReadonlySet<number> = new Set([
  ids.segment,
  ids.tracks,
  trackElements.entry,
  ids.audio,
  ids.cluster,
  blocks.group,
]);
/** RFC 9559, 5.1: only these may leave their length open. */
const open: ReadonlySet<number> = new Set([ids.segment, ids.cluster]);

/** 255 laced packets, the longest that there are, take less. What is longer is no block of audio, and is not waited for. */
const maxBlockBytes = 1 << 20;
/** More than the header of Opus takes. Those of other codecs may be longer, and do not matter. */
const maxFieldBytes = 4096;

/** Elements of which the content is read, and how long it may be. */
const kept: ReadonlyMap<number, number> = new Map([
  ...Object.values(trackElements).map((id) => [id, maxFieldBytes] as const),
  [blocks.simple, maxBlockBytes],
  [blocks.inGroup, maxBlockBytes],
  [blocks.discard, 8],
]);

/** The blocks of a file, once it has begun. */
interface Group {
  /** Where in the stream it ends. */
  readonly end: number;
  packets: readonly TimedPacket[];
  trim: number;
}

/**
 * Makes a demultiplexer for WebM, or Matroska, with Opus, as the MediaRecorder of Chromium and Firefox, and ffmpeg write it.
 *
 * Reads segments and clusters of unknown length, all lacings, SimpleBlocks and BlockGroups, files one after the other (each gives a head). Takes the
 * first track with Opus and leaves out video. Packets follow each other without regard to their timestamps: a recorder that was paused leaves no gap.
 * Holds a block at most, and none above 1 MiB.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/rfc9559 | RFC 9559}: Matroska.
 */
export const webmDemuxer = (): Demuxer => {
  const queue = byteQueue();
  let skip = 0;
  let element: ElementHeader | undefined;
  let tracks: WebmTracks | undefined;
  let track: OpusTrack | undefined;
  let group: Group | undefined;
  let hasBegun = false;

  const packetsOf = (content: Uint8Array): readonly TimedPacket[] => {
    const block = readWebmBlock(content);
    if (block.track !== track?.number) return [];
    return block.frames.map((packet) => ({ packet, samples: opusDuration(packet) }));
  };
  const endGroup = (): readonly OpusPart[] => {
    const { packets, trim } = group ?? { packets: [], trim: 0 };
    group = undefined;
    return partsOf(packets, trim, 0);
  };

  const enter = ({ id, size }: ElementHeader): readonly OpusPart[] => {
    if (id === blocks.group) group = { end: queue.position + (size ?? 0), packets: [], trim: 0 };
    if (id === trackElements.entry) tracks?.read(id, new Uint8Array(0));
    if (id !== ids.cluster || track || !tracks) return [];
    track = tracks.opus();
    hasBegun = true;
    return [{ type: 'head', head: track.head }];
  };

  const readContent = (id: number, content: Uint8Array): readonly OpusPart[] => {
    if (id === blocks.simple) return partsOf(packetsOf(content), 0, 0);
    if (id === blocks.inGroup && group) group.packets = packetsOf(content);
    else if (id === blocks.discard && group) group.trim = Math.max(0, Math.round((signedOf(content) * 48) / 1e6));
    else if (!track) tracks?.read(id, content);
    return [];
  };

  /** The header of an element is read: what is to be done with its content. */
  const begin = (now: ElementHeader): readonly OpusPart[] => {
    const { id, size } = now;
    if (id === ids.ebml) {
      tracks = webmTracks();
      track = undefined;
    } else if (!tracks) throw badAudio('no WebM from its beginning: is the first chunk, with the header, missing?');
    if (size === undefined && !open.has(id)) throw badAudio(`no WebM: the element before byte ${queue.position} has no length`);
    if (masters.has(id)) return enter(now);
    if ((size as number) <= (kept.get(id) ?? -1)) element = now;
    else if (id === blocks.simple || id === blocks.inGroup)
      throw badAudio(`no WebM: the block at byte ${queue.position} has ${size} bytes`);
    else skip = size as number;
    return [];
  };

  /** One step, or undefined when it takes more bytes. */
  const step = (): readonly OpusPart[] | undefined => {
    if (skip > 0) {
      const skipped = queue.skip(skip);
      skip -= skipped;
      return skipped === 0 ? undefined : [];
    }
    if (element) {
      const { id, size = 0 } = element;
      if (queue.length < size) return undefined;
      element = undefined;
      return readContent(id, queue.take(size));
    }
    if (group && queue.position >= group.end) return endGroup();
    const header = takeElementHeader(queue);
    return header && begin(header);
  };

  return {
    push(bytes) {
      queue.push(bytes);
      const parts: OpusPart[] = [];
      for (let found = step(); found; found = step()) parts.push(...found);
      return parts;
    },
    flush() {
      if (!hasBegun) throw badAudio('no WebM with Opus: it ends before its audio begins');
      return endGroup();
    },
  };
};
