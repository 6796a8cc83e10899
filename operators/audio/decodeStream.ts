import type { OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { type AudioFormat, assertFormat, type FormatName, isRaw } from '../../src/dsp/formats/audio-format.js';
import { formatOf, sniffBytes } from '../../src/dsp/formats/format-of.js';
import { joinBytes } from '../../src/dsp/formats/join-bytes.js';
import { oggDemuxer } from '../../src/dsp/formats/ogg-demuxer.js';
import { openOpusDecoder } from '../../src/dsp/formats/opus.js';
import { containerDecoder, packetDecoder } from '../../src/dsp/formats/opus-decoder.js';
import { rawDecoder, type StreamDecoder, wavDecoder } from '../../src/dsp/formats/stream-decoder.js';
import { webmDemuxer } from '../../src/dsp/formats/webm-demuxer.js';
import { transform } from '../../src/transform.js';
import { type Transcoder, transcode } from './transcode.js';

/** What the bytes are. */
export interface DecodeStreamConfig extends Omit<AudioFormat, 'format'> {
  /**
   * `auto` tells WAV, WebM and Ogg by their first bytes; the others have to be said.
   * @default 'auto'
   */
  readonly format?: FormatName | 'auto';
}

const open = (format: FormatName, config: Omit<AudioFormat, 'format'>): StreamDecoder | Promise<StreamDecoder> => {
  if (isRaw(format)) return rawDecoder({ ...config, format });
  if (format === 'wav') return wavDecoder();
  const opus = openOpusDecoder();
  if (format === 'opus') return opus.then(packetDecoder);
  return opus.then((decoder) => containerDecoder(format === 'webm' ? webmDemuxer() : oggDemuxer(), decoder));
};

const folded = ({ decode, flush, close }: StreamDecoder): Transcoder<Uint8Array, AudioFrame> => ({ push: decode, flush, close });

/** The first value has enough bytes to tell its format by, or all there are. */
const enoughFirst = transform<Uint8Array, Uint8Array>(() => {
  let held: Uint8Array | undefined = new Uint8Array(0);
  return {
    next(bytes, emit) {
      if (!held) return emit(bytes);
      held = joinBytes([held, bytes]);
      if (held.length < sniffBytes) return;
      emit(held);
      held = undefined;
    },
    flush(emit) {
      if (held && held.length > 0) emit(held);
    },
  };
});

/**
 * Decodes audio of any format that comes in pieces: a file as it is read, a phone call, or the chunks of a browser's MediaRecorder, of which only the
 * first has the header.
 *
 * Emits mono PCM16 as soon as bytes complete some; where they were cut does not matter, but for `opus`, where each value is one packet, and one of no
 * bytes is a packet that was lost. Two channels become their mean. Frames have the rate of the audio (Opus always gives 48 kHz; `resample` converts),
 * and any length; positions count from 0, with a jump where a container says that audio is missing. A recorder that is stopped and started again in the
 * same stream goes on without a gap. Completes with its source. A stream that stops in the middle is taken for what it has.
 *
 * The decoder of Opus is WebAssembly, loaded with the first bytes that need it; what comes meanwhile waits. Unsubscribing frees its memory.
 *
 * @param config Format; rate and channels of raw formats.
 * @throws RangeError on call, when there is no such format, rate or number of channels.
 * @throws AudioError in-stream: `bad_audio`, when the bytes are of another format than was said, or damaged; `bad_wav`, when they are WAV that cannot be
 * read; `backend_missing`, when the WebAssembly module cannot be loaded.
 */
export function decodeStream({ format = 'auto', ...config }: DecodeStreamConfig = {}): OperatorFunction<Uint8Array, AudioFrame> {
  assertFormat('decodeStream', { ...config, format: format === 'auto' ? 'wav' : format });

  if (format !== 'auto') return transcode(() => opening(open(format, config)));
  return (source) =>
    source.pipe(
      enoughFirst,
      transcode((first) => opening(open(formatOf(first), config))),
    );
}

const opening = (decoder: StreamDecoder | Promise<StreamDecoder>) =>
  decoder instanceof Promise ? decoder.then(folded) : folded(decoder);
