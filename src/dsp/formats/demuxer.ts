import type { OpusHead } from './opus-packet.js';

/** One piece of what a container holds. */
export type OpusPart =
  /** A stream begins. There may be several, one after the other: a recorder that was stopped and started again. */
  | { readonly type: 'head'; readonly head: OpusHead }
  | {
      readonly type: 'packet';
      readonly packet: Uint8Array;
      /** Samples at 48 kHz that are to be left out at its end. */
      readonly trim: number;
      /** Samples at 48 kHz that are missing before it. */
      readonly lost: number;
    };

/** A fold from the bytes of a container, in pieces of any size, to the Opus packets in it. What it holds is bounded, whatever the bytes say. */
export interface Demuxer {
  /**
   * What these bytes complete.
   *
   * @throws AudioError `bad_audio` on call, when they are not of this container.
   */
  push(bytes: Uint8Array): readonly OpusPart[];
  /**
   * What was held until the end. A stream that stops in the middle is taken for what it has.
   *
   * @throws AudioError `bad_audio` on call, when no audio ever began.
   */
  flush(): readonly OpusPart[];
}

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
