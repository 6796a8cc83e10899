import type { Hertz } from '../audio.js';
import { AudioError } from '../errors.js';
import { bytesPerSample, type Channels, type RawFormat } from './formats/byte-format.js';
import { toMono } from './formats/mix-channels.js';
import { decodeRaw } from './formats/raw-samples.js';

/** What the header of a WAV file says of its audio. */
export interface WavFormat {
  readonly sampleRate: Hertz;
  /** Two channels are mixed down to one while reading. */
  readonly channels: Channels;
  /** How its samples are written. */
  readonly encoding: RawFormat;
}

/** How far a file has been read; the accumulator of {@link readWav}. */
export interface WavState {
  /** Whether the file does not say how long it is. */
  readonly isOpen: boolean;
  /** What the next bytes are: the RIFF header, a chunk header, the body of `fmt `, samples, or of no interest. */
  readonly part: 'riff' | 'chunk' | 'fmt' | 'data' | 'end';
  /** Bytes that were not enough for the next step. */
  readonly rest: Uint8Array;
  /** Bytes to pass over before the next step. */
  readonly skip: number;
  /** Bytes of the current body that are still to come. */
  readonly left: number;
  /** Known from the `fmt ` chunk on. */
  readonly format: WavFormat | undefined;
}

const NO_BYTES = new Uint8Array(0);
const NO_SAMPLES = new Int16Array(0);
const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
const HEADER_BYTES = 44;
const FMT_BYTES = 16;
const FMT_EXTENSIBLE_BYTES = 40;
const PCM = 1;
const EXTENSIBLE = 0xfffe;
const TAG_NAMES: Readonly<Record<number, string>> = {
  1: 'PCM',
  2: 'ADPCM',
  3: 'float',
  6: 'A-law',
  7: 'mu-law',
  17: 'ADPCM',
  85: 'MP3',
};
/** By format tag, then by bits a sample. */
const ENCODINGS: Readonly<Record<number, Readonly<Record<number, RawFormat>>>> = {
  1: { 8: 'pcm8', 16: 'pcm16' },
  3: { 32: 'float32' },
  6: { 8: 'alaw' },
  7: { 8: 'mulaw' },
};

/** Nothing read yet: where the fold begins. */
export const wavStart: WavState = { isOpen: false, part: 'riff', rest: NO_BYTES, skip: 0, left: 0, format: undefined };

// Not sox: that believes the name of an MP3 called .wav.
const bad = (what: string): AudioError =>
  new AudioError(
    `not a WAV file that can be read: ${what}; convert it with: ffmpeg -i in.wav -ac 1 -ar 24000 -c:a pcm_s16le out.wav`,
    {
      code: 'bad_wav',
    },
  );

const tagAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const concat = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
};

const checkRiff = (bytes: Uint8Array): void => {
  const riff = tagAt(bytes, 0);
  if (riff === 'RF64' || riff === 'RIFX' || riff === 'BW64') throw bad(`it is ${riff}, not RIFF`);
  if (riff !== 'RIFF') throw bad('it does not begin with RIFF');
  if (tagAt(bytes, 8) !== 'WAVE') throw bad('it is RIFF, but not WAVE');
};

const readFormat = (bytes: Uint8Array): WavFormat => {
  const view = viewOf(bytes);
  let tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const bits = view.getUint16(14, true);
  if (tag === EXTENSIBLE) {
    if (bytes.length < FMT_EXTENSIBLE_BYTES) throw bad('its fmt chunk is too short');
    tag = view.getUint16(24, true);
  }
  const name = TAG_NAMES[tag] ?? `number ${tag}`;
  const encodings = ENCODINGS[tag];
  if (encodings === undefined) throw bad(`its format is ${name}, not PCM, float, A-law or mu-law`);
  const encoding = encodings[bits];
  if (encoding === undefined) throw bad(`its ${name} samples have ${bits} bits, not ${Object.keys(encodings).join(' or ')}`);
  if (channels !== 1 && channels !== 2) throw bad(`it has ${channels} channels, not 1 or 2`);
  if (sampleRate < 1000 || sampleRate > 768_000) throw bad(`its sample rate is ${sampleRate} Hz, not 1000 to 768000`);
  return { sampleRate, channels, encoding };
};

/** One chunk header read: what comes next. */
const enterChunk = (state: WavState, header: Uint8Array): WavState => {
  const id = tagAt(header, 0);
  const size = viewOf(header).getUint32(4, true);
  if (id === 'fmt ') {
    if (size < FMT_BYTES) throw bad('its fmt chunk is too short');
    return { ...state, part: 'fmt', left: size };
  }
  if (id === 'data') {
    if (state.format === undefined) throw bad('its data comes before its fmt chunk');
    // Programs that write to a pipe cannot come back for the length: ffmpeg leaves 0xFFFFFFFF, others 0.
    const isOpen = size === 0xffffffff || (size === 0 && state.isOpen);
    return { ...state, part: 'data', left: isOpen ? Number.POSITIVE_INFINITY : size };
  }
  return { ...state, skip: size + (size % 2) };
};

/** One step of the header, or undefined when `bytes` are too few for it. */
const stepHeader = (state: WavState, bytes: Uint8Array): { readonly state: WavState; readonly used: number } | undefined => {
  if (state.skip > 0) {
    const used = Math.min(state.skip, bytes.length);
    return used === 0 ? undefined : { state: { ...state, skip: state.skip - used }, used };
  }
  if (state.part === 'riff') {
    if (bytes.length < RIFF_BYTES) return undefined;
    checkRiff(bytes);
    const size = viewOf(bytes).getUint32(4, true);
    return { state: { ...state, part: 'chunk', isOpen: size === 0 || size === 0xffffffff }, used: RIFF_BYTES };
  }
  if (state.part === 'chunk') {
    return bytes.length < CHUNK_BYTES ? undefined : { state: enterChunk(state, bytes), used: CHUNK_BYTES };
  }
  const needed = Math.min(state.left, FMT_EXTENSIBLE_BYTES);
  if (bytes.length < needed) return undefined;
  const skip = state.left + (state.left % 2) - needed;
  return { state: { ...state, part: 'chunk', format: readFormat(bytes.subarray(0, needed)), skip, left: 0 }, used: needed };
};

const stepData = (state: WavState, bytes: Uint8Array, { channels, encoding }: WavFormat): readonly [WavState, Int16Array] => {
  const size = bytesPerSample(encoding) * channels;
  const available = Math.min(bytes.length, state.left);
  const whole = available - (available % size);
  const left = state.left - whole;
  const samples = toMono(decodeRaw(bytes.subarray(0, whole), encoding), channels);
  if (left < size) return [{ ...state, part: 'end', rest: NO_BYTES, left: 0 }, samples];
  return [{ ...state, rest: bytes.slice(whole), left }, samples];
};

/**
 * Reads the next bytes of a WAV file: a fold, from {@link wavStart} to {@link endWav}, over chunks of any size.
 *
 * Reads RIFF/WAVE with PCM of 8 or 16 bits, float of 32 bits, A-law or µ-law, mono or stereo, plain or extensible, with any other chunks around
 * the data. A data length of 0 or 0xFFFFFFFF, as pipes leave it, reads to the end of the file.
 *
 * @returns The new state and the samples that these bytes held, mono.
 * @throws AudioError `bad_wav` on call, when the file is of another format.
 */
export const readWav = (state: WavState, bytes: Uint8Array): readonly [state: WavState, samples: Int16Array] => {
  let now = state;
  let input = concat(state.rest, bytes);
  while (now.part !== 'data' && now.part !== 'end') {
    const step = stepHeader(now, input);
    if (step === undefined) return [{ ...now, rest: input.slice() }, NO_SAMPLES];
    now = step.state;
    input = input.subarray(step.used);
  }
  return now.part === 'end' || now.format === undefined ? [now, NO_SAMPLES] : stepData(now, input, now.format);
};

/**
 * Ends the fold at the end of the file. A file that stops in the middle of its samples is taken for what it has.
 *
 * @throws AudioError `bad_wav` on call, when the samples never began.
 */
export const endWav = ({ part, rest, format }: WavState): WavFormat => {
  if (part === 'riff') {
    if (rest.length === 0) throw bad('it is empty');
    if (rest.length >= 4 && tagAt(rest, 0) !== 'RIFF') throw bad('it does not begin with RIFF');
    throw bad('it ends inside its header');
  }
  if (format === undefined) throw bad('it has no fmt chunk');
  if (part !== 'data' && part !== 'end') throw bad('it has no data chunk');
  return format;
};

/**
 * The 44 bytes before the samples of a PCM16 WAV file. Write them again when the number of samples has grown.
 *
 * @param samples How many samples follow, of each channel; the lengths stop at what 32 bits can say. Infinity says that nobody knows: readers then go to the end.
 */
export const wavHeader = (sampleRate: Hertz, samples: number, channels: Channels = 1): Uint8Array => {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = viewOf(bytes);
  const tag = (at: number, name: string): void =>
    bytes.set(
      Array.from(name, (letter) => letter.charCodeAt(0)),
      at,
    );
  const frameBytes = 2 * channels;
  const isOpen = samples === Number.POSITIVE_INFINITY;
  const dataBytes = Math.min(frameBytes * samples, 0xffffffff - HEADER_BYTES);
  tag(0, 'RIFF');
  view.setUint32(4, isOpen ? 0xffffffff : dataBytes + HEADER_BYTES - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, FMT_BYTES, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, frameBytes * sampleRate, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, isOpen ? 0xffffffff : dataBytes, true);
  return bytes;
};

/** Says in the header of a whole WAV file, as {@link wavHeader} begins it, how long the file is. */
export const closeWav = (file: Uint8Array): Uint8Array => {
  const closed = file.slice();
  if (closed.length < HEADER_BYTES) return closed;
  const view = viewOf(closed);
  view.setUint32(4, closed.length - 8, true);
  view.setUint32(40, closed.length - HEADER_BYTES, true);
  return closed;
};
