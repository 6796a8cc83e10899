import type { AudioFrame } from '../../audio.js';
import type { Demuxer, OpusPart } from './demuxer.js';
import type { OpusDecoder } from './opus.js';
import { frameCounter, type StreamDecoder } from './stream-decoder.js';

/** Reads bare packets, one to a call. One of no bytes was lost on its way, and is made up for with the length of the one before. */
export const packetDecoder = (opus: OpusDecoder): StreamDecoder => {
  const counter = frameCounter();
  let last = opus.sampleRate / 50;
  return {
    decode(packet) {
      const samples = packet.length === 0 ? opus.conceal(last) : opus.decode(packet);
      last = samples.length;
      return counter.frames(samples, opus.sampleRate);
    },
    flush: () => [],
    close: () => opus.close(),
  };
};

/**
 * Reads Opus in a container, at 48 kHz. The decoder goes on from one stream to the next: what it remembers reaches 2.5 ms far, less than is skipped at
 * the beginning of the next.
 */
export const containerDecoder = (demuxer: Demuxer, opus: OpusDecoder): StreamDecoder => {
  const counter = frameCounter();
  let skip = 0;

  const decode = (part: OpusPart): readonly AudioFrame[] => {
    if (part.type === 'head') {
      skip = part.head.preSkip;
      opus.amplify(part.head.gain);
      return [];
    }
    counter.jump(part.lost);
    const samples = opus.decode(part.packet);
    const end = samples.length - part.trim;
    const begin = Math.min(skip, samples.length);
    skip -= begin;
    return counter.frames(samples.subarray(begin, Math.max(begin, end)), opus.sampleRate);
  };
  return {
    decode: (bytes) => demuxer.push(bytes).flatMap(decode),
    flush: () => demuxer.flush().flatMap(decode),
    close: () => opus.close(),
  };
};
