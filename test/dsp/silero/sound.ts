import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AudioFrame, Hertz } from '../../../src/audio.js';
import { loadResampler } from '../../../src/dsp/resampler.js';
import { readWav, wavStart } from '../../../src/dsp/wav.js';
import { hasShared, shared } from '../../shared.js';

/** Numbers from 0 to 1 that are the same in every run. */
export const seeded = (seed = 1): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** White noise up to a peak. */
export const noise = (samples: number, peak: number): Int16Array => {
  const random = seeded();
  return Int16Array.from({ length: samples }, () => Math.round((random() * 2 - 1) * peak));
};

/** One after the other. */
export const joined = (...parts: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** Cuts audio into frames of the lengths given, over and over. */
export const framesOf = (samples: Int16Array, sampleRate: Hertz, lengths: readonly number[]): readonly AudioFrame[] => {
  const frames: AudioFrame[] = [];
  for (let position = 0, i = 0; position < samples.length; i++) {
    const part = samples.subarray(position, position + (lengths[i % lengths.length] ?? 1));
    frames.push({ samples: part, sampleRate, position });
    position += part.length;
  }
  return frames;
};

/** The same sound at another rate. */
export const resampled = async (samples: Int16Array, from: Hertz, to: Hertz): Promise<Int16Array> => {
  const stream = (await loadResampler()).open({ from, to, quality: 10 });
  const begin = stream.process(samples);
  const all = joined(begin, stream.flush(Math.round((samples.length * to) / from) - begin.length));
  stream.close();
  return all;
};

const wav = (path: string): Int16Array => readWav(wavStart, readFileSync(path))[1];

/** Speech of a synthesizer, that the package has itself: a question of 3.6 s, at 16 kHz. */
export const question = (): Promise<Int16Array> =>
  resampled(wav(fileURLToPath(new URL('../../../assets/question-tokyo-24k.wav', import.meta.url))), 24_000, 16_000);

/** Speech of people, where it is at hand: at 16 kHz. */
export const prompts = (): readonly (readonly [name: string, samples: Int16Array])[] =>
  hasShared ? ['prompts-en-16k', 'prompts-es-16k'].map((name) => [name, wav(shared(`audio/${name}.wav`))] as const) : [];
