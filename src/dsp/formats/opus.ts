import type { Hertz, Millis } from '../../audio.js';
import { once } from '../once.js';
import { badAudio } from './bad-audio.js';

/** Rates that Opus knows. It is 48 kHz inside: what is encoded at one may be decoded at another. */
export type OpusRate = 8000 | 12_000 | 16_000 | 24_000 | 48_000;

/** How speech is compressed. */
export interface OpusConfig {
  /**
   * Rate of the samples that are encoded, in Hz: 8000, 12000, 16000, 24000 or 48000.
   * @default 48000
   */
  readonly sampleRate?: Hertz;
  /**
   * Length of a packet, in milliseconds: 2.5, 5, 10, 20, 40 or 60.
   * @default 20
   */
  readonly packetMs?: Millis;
  /**
   * Bits per second, 6000 to 510000.
   * @default 32000
   * @see {@link https://datatracker.ietf.org/doc/html/rfc7587#section-3.1.1 | RFC 7587 §3.1.1}: 28 to 40 kbit/s for fullband speech.
   */
  readonly bitrate?: number;
  /**
   * Share of packets that are expected to be lost, 0 to 100. Above 0, packets carry the one before them once more, for {@link OpusDecoder.recover}.
   * @default 0
   */
  readonly packetLossPercent?: number;
}

/** One stream under decoding, mono: stereo is mixed down by the decoder. Holds WebAssembly memory until it is closed. */
export interface OpusDecoder {
  readonly sampleRate: OpusRate;
  /**
   * The samples of the next packet.
   *
   * @throws AudioError `bad_audio` on call, when it is no Opus packet.
   */
  decode(packet: Uint8Array): Int16Array;
  /** Makes up `count` samples, a multiple of 2.5 ms up to 120 ms, for a packet that is lost, from what was heard before. */
  conceal(count: number): Int16Array;
  /** The `count` samples of the packet that was lost before this one, as far as this one carries them; else as {@link OpusDecoder.conceal}. */
  recover(next: Uint8Array, count: number): Int16Array;
  /** Amplifies from now on, in 1/256 dB, as a container's header may ask. */
  amplify(gain: number): void;
  /** Frees the memory. May be called twice. */
  close(): void;
}

/** One stream under encoding, mono. Holds WebAssembly memory until it is closed. */
export interface OpusEncoder {
  readonly sampleRate: OpusRate;
  /** Samples of each packet. */
  readonly packetSamples: number;
  /** Samples that the sound is late in the packets. */
  readonly lookahead: number;
  /** Compresses exactly `packetSamples` samples. */
  encode(samples: Int16Array): Uint8Array;
  /** Frees the memory. May be called twice. */
  close(): void;
}

const rates: readonly number[] = [8000, 12_000, 16_000, 24_000, 48_000];
const packetLengths: readonly number[] = [2.5, 5, 10, 20, 40, 60];
/** OPUS_APPLICATION_VOIP of libopus: clear speech before faithful music. */
const voip = 2048;
/** OPUS_SET_GAIN of libopus. */
const setGain = 4034;

/** Throws RangeError unless Opus can do it. */
export const assertOpus = (
  who: string,
  { sampleRate = 48_000, packetMs = 20, bitrate = 32_000, packetLossPercent = 0 }: OpusConfig,
): void => {
  if (!rates.includes(sampleRate)) throw new RangeError(`${who}: Opus has the rates ${rates.join(', ')} Hz, got ${sampleRate}`);
  if (!packetLengths.includes(packetMs)) {
    throw new RangeError(`${who}: packets of Opus are of ${packetLengths.join(', ')} ms, got ${packetMs}`);
  }
  if (!(Number.isInteger(bitrate) && bitrate >= 6000 && bitrate <= 510_000)) {
    throw new RangeError(`${who}: bitrate must be a whole number from 6000 to 510000, got ${bitrate}`);
  }
  if (!(Number.isInteger(packetLossPercent) && packetLossPercent >= 0 && packetLossPercent <= 100)) {
    throw new RangeError(`${who}: packetLossPercent must be a whole number from 0 to 100, got ${packetLossPercent}`);
  }
};

const load = once('Opus', 'libopus-wasm', () => import('libopus-wasm'));

/**
 * Opens a decoder of libopus (WebAssembly, loaded once for the whole program, with the first).
 *
 * @param sampleRate Rate of the samples that it gives, in Hz.
 * @returns A promise; it rejects with `AudioError` `backend_missing` when the module cannot be loaded.
 * @throws RangeError on call, when the rate is none of Opus.
 */
export function openOpusDecoder(sampleRate: OpusRate = 48_000): Promise<OpusDecoder> {
  assertOpus('openOpusDecoder', { sampleRate });
  return load()
    .then((opus) => opus.createDecoder({ sampleRate, channels: 1 }))
    .then((decoder) => {
      const checked = (decode: () => Int16Array): Int16Array => {
        try {
          return decode();
        } catch (cause) {
          throw badAudio('no Opus: a packet of it is damaged', cause);
        }
      };
      return {
        sampleRate,
        decode: (packet) => checked(() => decoder.decode(packet)),
        conceal: (count) => decoder.decodePacketLoss(count),
        recover: (next, count) => checked(() => decoder.decode(next, { decodeFec: true, frameSize: count })),
        amplify: (gain) => decoder.decoderCtl(setGain, gain),
        close: () => decoder.free(),
      };
    });
}

/**
 * Opens an encoder of libopus, tuned for speech.
 *
 * @returns A promise; it rejects with `AudioError` `backend_missing` when the module cannot be loaded.
 * @throws RangeError on call, when Opus has no such rate, packet length or bitrate.
 */
export function openOpusEncoder(config: OpusConfig = {}): Promise<OpusEncoder> {
  assertOpus('openOpusEncoder', config);
  const { packetMs = 20, bitrate = 32_000, packetLossPercent = 0 } = config;
  const sampleRate = (config.sampleRate ?? 48_000) as OpusRate;
  const frameSize = (packetMs * sampleRate) / 1000;
  const fec = packetLossPercent > 0;
  return load()
    .then((opus) =>
      opus.createEncoder({ sampleRate, channels: 1, application: voip, bitrate, frameSize, fec, packetLossPercent }),
    )
    .then((encoder) => ({
      sampleRate,
      packetSamples: frameSize,
      lookahead: encoder.getLookahead(),
      encode: (samples) => encoder.encode(samples),
      close: () => encoder.free(),
    }));
}
