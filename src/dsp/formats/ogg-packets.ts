import { badAudio } from './bad-audio.js';
import { joinBytes } from './join-bytes.js';
import type { OggPage } from './ogg-page.js';

/** RFC 7845, 6: what is longer is no Opus. */
const maxPacketBytes = 61_440;
/** Enough to tell what a packet is that is not kept. */
const keptBytes = 8;

/** Puts packets of one logical stream together from its pages. */
export interface OggPackets {
  /**
   * The packets that end on this page. Pages are missing where their numbers jump: what was begun is lost then.
   *
   * @param isKept Whether the packets matter; of others the first bytes are enough, for comments may hold pictures.
   */
  of(page: OggPage, isKept: boolean): readonly Uint8Array[];
  /** Whether pages were missing before the last one. */
  readonly hasGap: boolean;
}

/** Makes a fold for a logical stream whose next page has the number `sequence`. */
export const oggPackets = (sequence: number): OggPackets => {
  let next = sequence;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let isInside = false;
  let hasGap = false;

  return {
    get hasGap() {
      return hasGap;
    },
    of(page, isKept) {
      hasGap = page.sequence !== next;
      next = (page.sequence + 1) >>> 0;
      // The end of a packet whose beginning is not there is passed over.
      let isOrphan = page.isContinued && (hasGap || !isInside);
      if (hasGap || !page.isContinued) begun = [];
      if (begun.length === 0) begunBytes = 0;
      const packets: Uint8Array[] = [];
      for (const segment of page.segments) {
        isInside = segment.length === 255;
        if (!isOrphan) {
          if (isKept || begunBytes < keptBytes) begun.push(segment);
          begunBytes += segment.length;
          if (isKept && begunBytes > maxPacketBytes) throw badAudio(`no Opus: a packet of more than ${maxPacketBytes} bytes`);
          if (!isInside) packets.push(joinBytes(begun));
        }
        if (isInside) continue;
        isOrphan = false;
        begun = [];
        begunBytes = 0;
      }
      return packets;
    },
  };
};
