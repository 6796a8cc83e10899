import { defer, type OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { barePackets } from '../../src/dsp/formats/bare-packets.js';
import { assertFormat, type ByteFormat, type FormatName, isRaw } from '../../src/dsp/formats/byte-format.js';
import type { OpusPart } from '../../src/dsp/formats/demuxer.js';
import { formatOf, sniffBytes } from '../../src/dsp/formats/format-of.js';
import { joinBytes } from '../../src/dsp/formats/join-bytes.js';
import { oggDemuxer } from '../../src/dsp/formats/ogg-demuxer.js';
import { type OpusDecoder, openOpusDecoder } from '../../src/dsp/formats/opus.js';
import { partDecoder } from '../../src/dsp/formats/part-decoder.js';
import { frameCounter, type Reader, rawReader, wavReader } from '../../src/dsp/formats/reader.js';
import { webmDemuxer } from '../../src/dsp/formats/webm-demuxer.js';
import { type Transcoder, transcode } from '../../src/transcode.js';
import { transform } from '../../src/transform.js';

/** What the bytes are. */
export interface DecodeStreamConfig extends Omit<ByteFormat, 'format'> {
  /**
   * `auto` tells WAV, WebM and Ogg by their first bytes; the others have to be said.
   * @default 'auto'
   */
  readonly format?: FormatName | 'auto';
}

type Part = AudioFrame | OpusPart;

const readerOf = (format: FormatName, config: Omit<ByteFormat, 'format'>): Reader<Part> => {
  if (isRaw(format)) return rawReader({ ...config, format });
  if (format === 'wav') return wavReader();
  return format === 'webm' ? webmDemuxer() : format === 'ogg' ? oggDemuxer() : barePackets();
};

/** Chooses the reader when there are enough bytes to tell the format by, or no more will come. */
const telling = (): Reader<Part> => {
  let held = new Uint8Array(0);
  let reader: Reader<Part> | undefined;
  const tell = (): readonly Part[] => {
    reader = readerOf(formatOf(held), {});
    return reader.push(held);
  };
  return {
    push(bytes) {
      if (reader) return reader.push(bytes);
      held = Uint8Array.from(joinBytes([held, bytes]));
      return held.length < sniffBytes ? [] : tell();
    },
    flush: () => [...(reader || held.length === 0 ? [] : tell()), ...(reader?.flush() ?? [])],
  };
};

/** Reads what comes; nothing at all is no audio, and no error either. */
const readBytes = (open: () => Reader<Part>): OperatorFunction<Uint8Array, Part> =>
  transform(() => {
    let reader: Reader<Part> | undefined;
    const emitAll = (parts: readonly Part[], emit: (part: Part) => void): void => {
      for (const part of parts) emit(part);
    };
    return {
      next(bytes, emit) {
        reader ??= open();
        emitAll(reader.push(bytes), emit);
      },
      flush: (emit) => emitAll(reader?.flush() ?? [], emit),
    };
  });

const isFrame = (part: Part): part is AudioFrame => 'samples' in part;

/** Decodes what is still Opus. */
const decodeParts: OperatorFunction<Part, AudioFrame> = (source) =>
  defer(() => {
    const counter = frameCounter();
    const asItIs: Transcoder<Part, AudioFrame> = {
      push: (part) => (isFrame(part) ? [part] : []),
      flush: () => [],
      close: () => undefined,
    };
    const withOpus = (opus: OpusDecoder): Transcoder<Part, AudioFrame> => {
      const decode = partDecoder(opus, counter);
      return { push: (part) => (isFrame(part) ? [part] : decode(part)), flush: () => [], close: opus.close };
    };
    return source.pipe(
      transcode({
        open: (part) => (isFrame(part) ? asItIs : openOpusDecoder().then(withOpus)),
        opensAnew: (part) => !isFrame(part) && part.type === 'head',
      }),
    );
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

  const read = readBytes(() => (format === 'auto' ? telling() : readerOf(format, config)));
  return (source) => source.pipe(read, decodeParts);
}
