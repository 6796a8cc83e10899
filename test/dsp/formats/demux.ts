import type { Demuxer, OpusPart } from '../../../src/dsp/formats/demuxer.js';

/** All parts of a file that comes in pieces. */
export const demux = (demuxer: Demuxer, file: Uint8Array, piece = file.length || 1): OpusPart[] => {
  const parts: OpusPart[] = [];
  for (let at = 0; at < file.length; at += piece) parts.push(...demuxer.push(file.slice(at, at + piece)));
  parts.push(...demuxer.flush());
  return parts;
};

export const packetsOf = (parts: readonly OpusPart[]): Uint8Array[] =>
  parts.flatMap((part) => (part.type === 'packet' ? [part.packet] : []));

/** What it throws, in one line. */
export const failureOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};
