import { badAudio } from './bad-audio.js';
import type { ContainerFormat } from './byte-format.js';
import { beginsWith } from './opus-packet.js';

/** Bytes that are enough to tell formats apart. */
export const sniffBytes = 12;

const isMp4 = (bytes: Uint8Array): boolean => beginsWith(bytes.subarray(4), 'ftyp');

/** What is known, and cannot be read. */
const refused: readonly (readonly [name: string, is: (bytes: Uint8Array) => boolean, advice: string])[] = [
  [
    'MP4, as Safari records',
    isMp4,
    'record with the MIME type audio/webm;codecs=opus where MediaRecorder.isTypeSupported says yes, else capture PCM by an AudioWorklet',
  ],
  ['MP3', (bytes) => beginsWith(bytes, 'ID3') || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2), 'convert it to WAV'],
  ['AAC', (bytes) => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0, 'convert it to WAV'],
  ['FLAC', (bytes) => beginsWith(bytes, 'fLaC'), 'convert it to WAV'],
  ['AIFF', (bytes) => beginsWith(bytes, 'FORM'), 'convert it to WAV'],
];

/**
 * Tells by the first bytes which of the formats that say what they hold they are. Samples alone cannot be told from each other.
 *
 * @param bytes The first 12 bytes, or all there are.
 * @throws AudioError `bad_audio` on call, when it is none of them; with the name, where it is another format that is known.
 */
export const formatOf = (bytes: Uint8Array): ContainerFormat => {
  if (beginsWith(bytes, 'RIFF')) return 'wav';
  if (beginsWith(bytes, 'OggS')) return 'ogg';
  if (beginsWith(bytes, '\u001aE\u00df\u00a3')) return 'webm';
  const known = refused.find(([, is]) => is(bytes));
  if (known) throw badAudio(`the audio is ${known[0]}, which cannot be read: ${known[2]}`);
  throw badAudio('the audio begins like none of WAV, WebM and Ogg: say which format it is, or send the first chunk first');
};
