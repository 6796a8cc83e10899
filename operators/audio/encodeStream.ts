import { defaultIfEmpty, identity, type MonoTypeOperatorFunction, type OperatorFunction } from 'rxjs';
import type { AudioFrame, Hertz, Millis } from '../../src/audio.js';
import { assertFormat, type Channels, isRaw, type WritableFormat } from '../../src/dsp/formats/byte-format.js';
import { assertOpus, openOpusEncoder } from '../../src/dsp/formats/opus.js';
import { oggEncoder, packetEncoder, rawEncoder, type StreamEncoder, wavEncoder } from '../../src/dsp/formats/stream-encoder.js';
import type { Resampler } from '../../src/dsp/resampler.js';
import { AudioError } from '../../src/errors.js';
import { type Transcoder, transcode } from '../../src/transcode.js';
import { frame } from '../frame.js';
import { resample } from '../resample.js';

/** What is to be written. */
export interface EncodeStreamConfig {
  /** How samples are written. */
  readonly format: WritableFormat;
  /**
   * Rate to convert to, in Hz. Opus knows 8000, 12000, 16000, 24000 and 48000.
   * @default that of the frames; 48000 for `opus` and `ogg`
   */
  readonly sampleRate?: Hertz;
  /**
   * Two channels get the same sound each. Opus is always mono.
   * @default 1
   */
  readonly channels?: Channels;
  /**
   * Length of each value, in milliseconds; the last is filled up with silence. For Opus, the length of a packet: 2.5, 5, 10, 20, 40 or 60.
   * @default that of the frames; 20 for `opus` and `ogg`
   */
  readonly chunkMs?: Millis;
  /**
   * Bits per second of Opus, 6000 to 510000.
   * @default 32000
   */
  readonly bitrate?: number;
  /**
   * Share of packets of Opus that are expected to be lost, 0 to 100; above 0 each carries the one before once more.
   * @default 0
   */
  readonly packetLossPercent?: number;
  /**
   * A resampler that is already loaded: `await loadResampler()`. Needed in virtual time, where promises do not run.
   * @default loaded with the first frame that has another rate
   */
  readonly resampler?: Resampler;
}

/** Formats whose bytes are a file: of no audio it is a header. */
const isFile = (format: WritableFormat): boolean => format === 'wav' || format === 'ogg';

const isOpus = (format: WritableFormat): boolean => format === 'opus' || format === 'ogg';

const open = (config: EncodeStreamConfig, sampleRate: Hertz): StreamEncoder | Promise<StreamEncoder> => {
  const { format, channels = 1, chunkMs, bitrate, packetLossPercent } = config;
  if (isRaw(format)) return rawEncoder(format, channels);
  if (format === 'wav') return wavEncoder(sampleRate, channels);
  return openOpusEncoder({
    sampleRate,
    ...(chunkMs === undefined ? {} : { packetMs: chunkMs }),
    ...(bitrate === undefined ? {} : { bitrate }),
    ...(packetLossPercent === undefined ? {} : { packetLossPercent }),
  }).then(format === 'ogg' ? oggEncoder : packetEncoder);
};

const noAudio = (sampleRate: Hertz = 24_000): AudioFrame => ({ samples: new Int16Array(0), sampleRate, position: 0 });

const folded = (encoder: StreamEncoder, rate: Hertz): Transcoder<AudioFrame, Uint8Array> => ({
  push({ samples, sampleRate, position }) {
    if (sampleRate === rate) return encoder.encode(samples);
    throw new AudioError(
      `encodeStream: sample rate changed from ${rate} to ${sampleRate} Hz at sample ${position}; say the sampleRate to convert to`,
      { code: 'format_mismatch' },
    );
  },
  flush: encoder.flush,
  close: encoder.close,
});

const assertConfig = (config: EncodeStreamConfig): void => {
  const { format, sampleRate, channels, chunkMs } = config;
  assertFormat('encodeStream', config);
  if ((format as string) === 'webm') throw new RangeError('encodeStream: webm can be read, not written; take ogg');
  if (isOpus(format)) {
    if (channels === 2) throw new RangeError('encodeStream: Opus is written with 1 channel, got 2');
    assertOpus('encodeStream', { ...config, sampleRate: sampleRate ?? 48_000, packetMs: chunkMs ?? 20 });
  } else if (chunkMs !== undefined && !(chunkMs > 0)) throw new RangeError(`encodeStream: chunkMs must be > 0, got ${chunkMs}`);
};

/**
 * Writes frames as the bytes of a format, for a socket or a file.
 *
 * Emits as soon as a value is complete: raw samples of each frame, or of each `chunkMs`; packets of Opus, one to a value; a WAV file or an Ogg stream in
 * pieces, of which the first begins with the header. A WAV file that is written so does not say how long it is, as files written to a pipe do not.
 * On completion the rest follows: of no audio at all, a WAV file or Ogg stream without samples. On error it is dropped. Jumps of `position` are not written, but for silence up to a full `chunkMs`.
 *
 * The encoder of Opus is WebAssembly, loaded with the first frame; what comes meanwhile waits. Unsubscribing frees its memory.
 *
 * @throws RangeError on call, when the format cannot be written, or Opus has no such rate, packet length, channels or bitrate.
 * @throws AudioError in-stream: `format_mismatch`, when the rate of the frames changes and no `sampleRate` is said; `backend_missing`, when a WebAssembly
 * module cannot be loaded.
 */
export function encodeStream(config: EncodeStreamConfig): OperatorFunction<AudioFrame, Uint8Array> {
  assertConfig(config);
  const { format, chunkMs, resampler } = config;
  const to = config.sampleRate ?? (isOpus(format) ? 48_000 : undefined);
  const toRate: MonoTypeOperatorFunction<AudioFrame> =
    to === undefined ? identity : resample({ to, ...(resampler ? { resampler } : {}) });
  const toLength = chunkMs === undefined || isOpus(format) ? identity : frame({ ms: chunkMs });
  const toFile: MonoTypeOperatorFunction<AudioFrame> = isFile(format) ? defaultIfEmpty(noAudio(to)) : identity;

  return (source) =>
    source.pipe(
      toRate,
      toLength,
      toFile,
      transcode({
        open({ sampleRate }) {
          const encoder = open(config, sampleRate);
          return encoder instanceof Promise ? encoder.then((now) => folded(now, sampleRate)) : folded(encoder, sampleRate);
        },
      }),
    );
}
