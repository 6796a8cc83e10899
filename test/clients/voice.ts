import { readFileSync } from 'node:fs';
import { samplesIn } from '../../src/audio.js';
import { readWav, wavStart } from '../../src/dsp/wav.js';
import { loud } from '../simulator/sound.js';

const sampleRate = 24_000;

/** As pieces of 100 ms, the way an application sends them. */
const inPieces = (samples: Int16Array): readonly Int16Array[] => {
  const size = samplesIn(100, sampleRate);
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, at) => samples.slice(at * size, (at + 1) * size));
};

const joined = (...parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

/** A second in which nobody speaks, which ends a turn. */
const silence = new Int16Array(sampleRate);

/** Somebody asks for the weather in Tokyo and falls silent: PCM16 at 24 kHz, in pieces of 100 ms. */
export const question = (): readonly Int16Array[] => {
  const [, samples] = readWav(wavStart, readFileSync('assets/question-tokyo-24k.wav'));
  return inPieces(joined(samples, silence));
};

/** Half a second of something loud, and silence: PCM16 at 24 kHz, in pieces of 100 ms. */
export const shout = (): readonly Int16Array[] => inPieces(joined(loud(500), silence));
