import type { AudioFrame } from '../../audio.js';
import type { OpusPart } from './demuxer.js';
import type { OpusDecoder } from './opus.js';
import type { frameCounter } from './reader.js';

/**
 * Decodes the parts of one Opus stream: a head, then packets. Each stream needs a decoder of its own: what one remembers of another would be heard at
 * the beginning (measured: up to 2,559 of 32,768).
 *
 * @param counter Goes on from one stream to the next.
 */
export const partDecoder = (
  opus: OpusDecoder,
  counter: ReturnType<typeof frameCounter>,
): ((part: OpusPart) => readonly AudioFrame[]) => {
  let skip = 0;
  let last = opus.sampleRate / 50;
  return (part) => {
    if (part.type === 'head') {
      skip = part.head.preSkip;
      opus.amplify(part.head.gain);
      return [];
    }
    counter.jump(part.lost);
    const samples = part.packet.length === 0 ? opus.conceal(last) : opus.decode(part.packet);
    last = samples.length;
    const begin = Math.min(skip, samples.length);
    skip -= begin;
    return counter.frames(samples.subarray(begin, Math.max(begin, samples.length - part.trim)), opus.sampleRate);
  };
};
