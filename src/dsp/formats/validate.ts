import { durationOf, type Hertz, type Millis } from '../../audio.js';
import { endWav, readWav, wavStart } from '../wav.js';
import {
  assertFormat,
  type ByteFormat,
  bytesPerSample,
  type Channels,
  type FormatName,
  isRaw,
  type RawFormat,
} from './byte-format.js';
import type { Demuxer } from './demuxer.js';
import { formatOf, sniffBytes } from './format-of.js';
import { oggDemuxer } from './ogg-demuxer.js';
import { opusDuration } from './opus-packet.js';
import { webmDemuxer } from './webm-demuxer.js';

/** What audio is, or everything that is wrong with it, each in one line. */
export type Validation =
  | {
      readonly ok: true;
      readonly format: FormatName;
      /** Samples per second that it decodes to; Opus always gives 48000. */
      readonly sampleRate: Hertz;
      readonly channels: Channels;
      readonly durationMs: Millis;
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

type Found = Extract<Validation, { ok: true }>;

/** What it would be, if nobody had said what it is. */
const containerOf = (audio: Uint8Array): string | undefined => {
  try {
    return formatOf(audio.subarray(0, sniffBytes));
  } catch {
    return undefined;
  }
};

const floatFaults = (audio: Uint8Array): readonly string[] => {
  const view = new DataView(audio.buffer, audio.byteOffset, audio.byteLength);
  let unreal = 0;
  let beyond = 0;
  let peak = 0;
  for (let at = 0; at + 4 <= audio.length; at += 4) {
    const value = Math.abs(view.getFloat32(at, true));
    if (!Number.isFinite(value)) unreal++;
    else if (value > 1) beyond++;
    if (Number.isFinite(value) && value > peak) peak = value;
  }
  return [
    ...(unreal > 0 ? [`${unreal} of its samples are no numbers`] : []),
    ...(beyond > 0
      ? [`${beyond} of its samples go beyond ±1, up to ${peak.toPrecision(3)}: scale them down, or say another format`]
      : []),
  ];
};

const rawFaults = (audio: Uint8Array, format: RawFormat, channels: Channels): readonly string[] => {
  const size = bytesPerSample(format) * channels;
  const container = containerOf(audio);
  return [
    ...(audio.length === 0 ? ['it is empty'] : []),
    ...(container ? [`it begins like ${container}: say that it is, or nothing, to have it told by its first bytes`] : []),
    ...(audio.length % size === 0
      ? []
      : [`its ${audio.length} bytes are no whole number of samples: ${format} takes ${size} bytes each`]),
    ...(format === 'float32' ? floatFaults(audio) : []),
  ];
};

const wavFound = (audio: Uint8Array): Found | readonly string[] => {
  const [state, samples] = readWav(wavStart, audio);
  const { sampleRate, channels } = endWav(state);
  if (state.part === 'data' && state.left < Number.POSITIVE_INFINITY)
    return [`it is cut off: ${state.left} bytes of its samples are missing`];
  return { ok: true, format: 'wav', sampleRate, channels, durationMs: durationOf(samples.length, sampleRate) };
};

const opusFound = (audio: Uint8Array, format: 'webm' | 'ogg', demuxer: Demuxer): Found => {
  let samples = 0;
  let channels: Channels = 1;
  for (const part of [...demuxer.push(audio), ...demuxer.flush()]) {
    if (part.type === 'packet') samples += opusDuration(part.packet) - part.trim;
    else {
      samples -= part.head.preSkip;
      channels = part.head.channels;
    }
  }
  return { ok: true, format, sampleRate: 48_000, channels, durationMs: durationOf(Math.max(0, samples), 48_000) };
};

const packetFound = (packet: Uint8Array): Found => {
  const channels = (packet[0] ?? 0) & 4 ? 2 : 1;
  return { ok: true, format: 'opus', sampleRate: 48_000, channels, durationMs: durationOf(opusDuration(packet), 48_000) };
};

/**
 * Looks whether audio is what it is said to be, without decoding it.
 *
 * @param audio All of it.
 * @param expected A format by its name, or with rate and channels; by default it is told by its first bytes.
 * @throws RangeError on call, when there is no such format, rate or number of channels. What is wrong with the audio is never thrown.
 */
export function validate(
  audio: Uint8Array,
  expected: FormatName | 'auto' | ByteFormat<FormatName | 'auto'> = 'auto',
): Validation {
  const { format, sampleRate = 24_000, channels = 1 } = typeof expected === 'string' ? { format: expected } : expected;
  assertFormat('validate', { format: format === 'auto' ? 'wav' : format, sampleRate, channels });

  const found = (): Found | readonly string[] => {
    const name = format === 'auto' ? formatOf(audio.subarray(0, sniffBytes)) : format;
    if (name === 'wav') return wavFound(audio);
    if (name === 'webm') return opusFound(audio, name, webmDemuxer());
    if (name === 'ogg') return opusFound(audio, name, oggDemuxer());
    if (!isRaw(name)) return packetFound(audio);
    const faults = rawFaults(audio, name, channels);
    const samples = audio.length / bytesPerSample(name) / channels;
    return faults.length > 0
      ? faults
      : { ok: true, format: name, sampleRate, channels, durationMs: durationOf(samples, sampleRate) };
  };
  try {
    const result = found();
    return 'ok' in result ? result : { ok: false, reasons: result };
  } catch (error) {
    return { ok: false, reasons: [error instanceof Error ? error.message : String(error)] };
  }
}
