import type { Demuxer, OpusPart } from './demuxer.js';

/** Reads packets of Opus without a container, one to a call; one of no bytes was lost. */
export const barePackets = (): Demuxer => {
  let head: readonly OpusPart[] = [{ type: 'head', head: { channels: 1, preSkip: 0, gain: 0 } }];
  return {
    push(packet) {
      const parts: readonly OpusPart[] = [...head, { type: 'packet', packet, trim: 0, lost: 0 }];
      head = [];
      return parts;
    },
    flush: () => [],
  };
};
