import { badAudio } from './bad-audio.js';
import { byteQueue } from './byte-queue.js';
import { type Demuxer, type OpusPart, partsOf } from './demuxer.js';
import { type OggPackets, oggPackets } from './ogg-packets.js';
import { type OggPage, takeOggPage } from './ogg-page.js';
import { beginsWith, opusDuration, readOpusHead } from './opus-packet.js';

/** The Opus stream that is being read. */
interface Link {
  readonly serial: number;
  readonly packets: OggPackets;
  /** Whether its comments are read, and what follows is audio. */
  isAudio: boolean;
  isOver: boolean;
  /** Granule position after the last page; unknown before the first with audio. */
  granule: number | undefined;
}

const codecNames: readonly (readonly [letters: string, name: string])[] = [
  ['\u0001vorbis', 'Vorbis'],
  ['\u0080theora', 'Theora'],
  ['\u007fFLAC', 'FLAC'],
  ['Speex   ', 'Speex'],
  ['fishead\0', 'Skeleton'],
];
const nameOf = (packet: Uint8Array): string =>
  codecNames.find(([letters]) => beginsWith(packet, letters))?.[1] ?? 'something unknown';

/**
 * Makes a demultiplexer for Ogg with Opus, as Firefox's MediaRecorder, ffmpeg and opus-tools write it.
 *
 * Reads pages with their checksums, packets that go over several pages, streams one after the other (each gives a head), and leaves out other
 * streams between its pages. Holds a page and a packet at most: 127 kB.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/rfc7845 | RFC 7845}: Ogg Opus.
 */
export const oggDemuxer = (): Demuxer => {
  const queue = byteQueue();
  const others = new Set<string>();
  let link: Link | undefined;
  let hasBegun = false;

  const begin = (page: OggPage): readonly OpusPart[] => {
    const [packet = new Uint8Array(0)] = page.segments;
    if (!beginsWith(packet, 'OpusHead')) {
      others.add(nameOf(packet));
      return [];
    }
    // Of several that begin together, the first is taken.
    if (link && !link.isOver && !link.isAudio) return [];
    const head = readOpusHead(packet);
    const packets = oggPackets((page.sequence + 1) >>> 0);
    link = { serial: page.serial, packets, isAudio: false, isOver: page.isLast, granule: undefined };
    return [{ type: 'head', head }];
  };

  const audioOf = (now: Link, page: OggPage, found: readonly Uint8Array[]): readonly OpusPart[] => {
    const timed = found.map((packet) => ({ packet, samples: opusDuration(packet) }));
    const total = timed.reduce((sum, { samples }) => sum + samples, 0);
    if (page.granule === -1 || timed.length === 0) return partsOf(timed, 0, 0);
    const begins = page.granule - total;
    // A last page may say less than it has, for its end is padding; so it says where the stream begins only when it is not the last.
    const expected = now.granule ?? (page.isLast ? 0 : begins);
    now.granule = page.granule;
    const lost = now.packets.hasGap ? Math.max(0, begins - expected) : 0;
    const trim = page.isLast ? Math.max(0, expected + lost - begins) : 0;
    return partsOf(timed, trim, lost);
  };

  const read = (page: OggPage): readonly OpusPart[] => {
    if (page.isFirst) return begin(page);
    if (!link) {
      if (others.size === 0) throw badAudio('no Ogg from its beginning: the first chunk, with the header, is missing');
      throw badAudio(`no Ogg with Opus: it holds ${[...others].join(' and ')}; record with the MIME type audio/ogg;codecs=opus`);
    }
    if (page.serial !== link.serial || link.isOver) return [];
    link.isOver = page.isLast;
    const found = link.packets.of(page, link.isAudio);
    if (link.isAudio) return audioOf(link, page, found);
    const [comments] = found;
    if (comments && !beginsWith(comments, 'OpusTags')) throw badAudio('no Opus: its second packet is not its comments');
    link.isAudio = comments !== undefined;
    hasBegun ||= link.isAudio;
    return [];
  };

  return {
    push(bytes) {
      queue.push(bytes);
      const parts: OpusPart[] = [];
      for (let page = takeOggPage(queue); page; page = takeOggPage(queue)) parts.push(...read(page));
      return parts;
    },
    flush() {
      if (!hasBegun) throw badAudio('no Ogg with Opus: it ends before its audio begins');
      return [];
    },
  };
};
