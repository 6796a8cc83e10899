import { joinBytes } from './join-bytes.js';
import { oggCrc } from './ogg-page.js';
import { opusDuration, opusHead } from './opus-packet.js';

/** Writes packets of Opus into pages of Ogg. */
export interface OggMuxer {
  /** The pages before the audio. */
  header(): Uint8Array;
  /** A page with this packet alone, so that nothing waits. */
  page(packet: Uint8Array): Uint8Array;
  /** The last page. @param samples What is to be heard of all, in samples at 48 kHz. */
  end(packet: Uint8Array, samples: number): Uint8Array;
}

const flags = { middle: 0, first: 2, last: 4 };
const letters = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));
/** Who wrote it, and no further comments. */
const comments = Uint8Array.from([...letters('OpusTags'), 5, 0, 0, 0, ...letters('rxvox'), 0, 0, 0, 0]);

/**
 * Makes a multiplexer for one stream.
 *
 * @param preSkip Samples at 48 kHz that the encoder looks ahead.
 * @param sampleRate What is said of the input, in Hz.
 */
export const oggMuxer = ({
  preSkip,
  sampleRate,
  serial = 1,
}: {
  readonly preSkip: number;
  readonly sampleRate: number;
  readonly serial?: number;
}): OggMuxer => {
  let sequence = 0;
  let granule = 0;
  const pageOf = (packet: Uint8Array, flag: number, at: number): Uint8Array => {
    const lacing = [...new Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
    const page = joinBytes([
      Uint8Array.from([...letters('OggS'), 0, flag, ...new Array<number>(20).fill(0), lacing.length, ...lacing]),
      packet,
    ]);
    const view = new DataView(page.buffer);
    view.setBigInt64(6, BigInt(at), true);
    view.setUint32(14, serial, true);
    view.setUint32(18, sequence++, true);
    view.setUint32(22, oggCrc(page), true);
    return page;
  };
  const advance = (packet: Uint8Array): number => {
    granule += opusDuration(packet);
    return granule;
  };
  return {
    header: () =>
      joinBytes([
        pageOf(opusHead({ channels: 1, preSkip, gain: 0 }, sampleRate), flags.first, 0),
        pageOf(comments, flags.middle, 0),
      ]),
    page: (packet) => pageOf(packet, flags.middle, advance(packet)),
    end: (packet, samples) => pageOf(packet, flags.last, Math.min(advance(packet), preSkip + samples)),
  };
};
