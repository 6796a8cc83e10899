import { badAudio } from './bad-audio.js';
import { signedOf, unsignedOf } from './ebml.js';
import { type OpusHead, readOpusHead } from './opus-packet.js';

/** The track whose audio is taken. */
export interface OpusTrack {
  readonly number: number;
  readonly head: OpusHead;
}

/** What the header of the file says of its tracks, element by element. */
export interface WebmTracks {
  /** An element of the header that {@link trackElements} names. */
  read(id: number, content: Uint8Array): void;
  /**
   * The first track with Opus.
   *
   * @throws AudioError `bad_audio` on call, when there is none.
   */
  opus(): OpusTrack;
}

/** Ids of the elements that matter, all within a TrackEntry. */
export const trackElements = {
  entry: 0xae,
  number: 0xd7,
  codec: 0x86,
  private: 0x63a2,
  delay: 0x56aa,
  channels: 0x9f,
  encodings: 0x6d80,
};

/** More than any file has; a stream of nothing but tracks is not to fill the memory. */
const maxTracks = 128;

interface Entry {
  number: number;
  codec: string;
  private: Uint8Array | undefined;
  delayNs: number;
  channels: number;
  isEncoded: boolean;
}

const headOf = ({ private: head, channels, delayNs }: Entry): OpusHead => {
  if (head) return readOpusHead(head);
  if (channels !== 1 && channels !== 2)
    throw badAudio(`no Opus that can be read: it has ${channels} channels, not 1 or 2; mix it down first`);
  return { channels, preSkip: Math.round((delayNs * 48) / 1e6), gain: 0 };
};

/** Makes an empty table of tracks. */
export const webmTracks = (): WebmTracks => {
  const entries: Entry[] = [];
  const set: Readonly<Record<number, (entry: Entry, content: Uint8Array) => void>> = {
    [trackElements.number]: (entry, content) => {
      entry.number = unsignedOf(content);
    },
    [trackElements.codec]: (entry, content) => {
      entry.codec = String.fromCharCode(...content.filter((byte) => byte > 32 && byte < 127));
    },
    [trackElements.private]: (entry, content) => {
      entry.private = content;
    },
    [trackElements.delay]: (entry, content) => {
      entry.delayNs = signedOf(content);
    },
    [trackElements.channels]: (entry, content) => {
      entry.channels = unsignedOf(content);
    },
    [trackElements.encodings]: (entry) => {
      entry.isEncoded = true;
    },
  };
  return {
    read(id, content) {
      if (id === trackElements.entry && entries.length < maxTracks)
        entries.push({ number: 0, codec: '', private: undefined, delayNs: 0, channels: 1, isEncoded: false });
      const entry = entries.at(-1);
      if (entry) set[id]?.(entry, content);
    },
    opus() {
      const track = entries.find(({ codec }) => codec === 'A_OPUS');
      if (track?.isEncoded) throw badAudio('no WebM that can be read: its audio is encrypted, or compressed once more');
      if (track) return { number: track.number, head: headOf(track) };
      const codecs = entries.map(({ codec }) => codec.slice(0, 20)).join(' and ') || 'no track';
      throw badAudio(`no WebM with Opus: it holds ${codecs}; record with the MIME type audio/webm;codecs=opus`);
    },
  };
};
