import type { Hertz } from '../../audio.js';
import { wavHeader } from '../wav.js';
import type { Channels, RawFormat } from './byte-format.js';
import { joinBytes } from './join-bytes.js';
import { fromMono } from './mix-channels.js';
import { oggMuxer } from './ogg-muxer.js';
import type { OpusEncoder } from './opus.js';
import { encodeRaw } from './raw-samples.js';

/** A fold from samples of one rate, mono, to the bytes of a format. */
export interface StreamEncoder {
  /** What these samples complete. */
  encode(samples: Int16Array): readonly Uint8Array[];
  /** The end. */
  flush(): readonly Uint8Array[];
  /** Gives back memory that is not collected. */
  close(): void;
}

/** Writes samples and nothing else. */
export const rawEncoder = (format: RawFormat, channels: Channels): StreamEncoder => ({
  encode: (samples) => [encodeRaw(fromMono(samples, channels), format)],
  flush: () => [],
  close: () => undefined,
});

/** Writes a WAV file, PCM16, that does not say how long it is. */
export const wavEncoder = (sampleRate: Hertz, channels: Channels): StreamEncoder => {
  const raw = rawEncoder('pcm16', channels);
  let header: readonly Uint8Array[] = [wavHeader(sampleRate, Number.POSITIVE_INFINITY, channels)];
  return {
    ...raw,
    encode(samples) {
      const bytes = joinBytes([...header, ...raw.encode(samples)]);
      header = [];
      return [bytes];
    },
  };
};

/** Cuts samples into packets of Opus; the last one is filled up with silence. */
export const packetEncoder = (opus: OpusEncoder): StreamEncoder => {
  const size = opus.packetSamples;
  let held = new Int16Array(size);
  let count = 0;
  return {
    encode(samples) {
      const packets: Uint8Array[] = [];
      for (let at = 0; at < samples.length; ) {
        const some = samples.subarray(at, at + size - count);
        held.set(some, count);
        count += some.length;
        at += some.length;
        if (count < size) break;
        packets.push(opus.encode(held));
        count = 0;
      }
      return packets;
    },
    flush: () => (count === 0 ? [] : [opus.encode(held.fill(0, count))]),
    close: () => {
      held = new Int16Array(0);
      opus.close();
    },
  };
};

/** Writes Ogg with Opus, a packet to a page, of exactly the length of what came in. */
export const oggEncoder = (opus: OpusEncoder): StreamEncoder => {
  const packets = packetEncoder(opus);
  const ratio = 48_000 / opus.sampleRate;
  const muxer = oggMuxer({ preSkip: opus.lookahead * ratio, sampleRate: opus.sampleRate });
  let total = 0;
  let header: readonly Uint8Array[] = [muxer.header()];
  const withHeader = (pages: readonly Uint8Array[]): readonly Uint8Array[] => {
    if (pages.length === 0) return pages;
    const all = [joinBytes([...header, ...pages])];
    header = [];
    return all;
  };
  return {
    encode(samples) {
      total += samples.length;
      return withHeader(packets.encode(samples).map(muxer.page));
    },
    flush() {
      // The sound is late by the lookahead: silence after it brings its end out.
      const last = [...packets.encode(new Int16Array(opus.lookahead)), ...packets.flush()];
      const heard = Math.round(total * ratio);
      return withHeader(last.map((packet, i) => (i === last.length - 1 ? muxer.end(packet, heard) : muxer.page(packet))));
    },
    close: packets.close,
  };
};
