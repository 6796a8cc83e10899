import type { OpusHead } from './opus-packet.js';
import type { Reader } from './reader.js';

/** One piece of what a container holds. */
export type OpusPart =
  /** A stream begins. There may be several, one after the other: a recorder that was stopped and started again. */
  | { readonly type: 'head'; readonly head: OpusHead }
  | {
      readonly type: 'packet';
      /** One of no bytes was lost on its way. */
      readonly packet: Uint8Array;
      /** Samples at 48 kHz that are to be left out at its end. */
      readonly trim: number;
      /** Samples at 48 kHz that are missing before it. */
      readonly lost: number;
    };

/** Reads the Opus packets of a container. What it holds is bounded, whatever the bytes say. */
export type Demuxer = Reader<OpusPart>;

/** An Opus packet, and the samples at 48 kHz that it stands for. */
export interface TimedPacket {
  readonly packet: Uint8Array;
  readonly samples: number;
}

/** The parts of packets in a row of which the last `trim` samples are padding, and before which `lost` samples are missing. */
export const partsOf = (packets: readonly TimedPacket[], trim: number, lost: number): readonly OpusPart[] => {
  let after = packets.reduce((sum, { samples }) => sum + samples, 0);
  return packets.map(({ packet, samples }, i) => {
    after -= samples;
    return { type: 'packet', packet, trim: Math.max(0, Math.min(samples, trim - after)), lost: i === 0 ? lost : 0 };
  });
};
