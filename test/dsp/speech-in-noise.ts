import { readFileSync } from 'node:fs';
import type { AudioFrame } from '../../src/audio.js';
import type { FrameProcessor } from '../../src/dsp/frame-processor.js';
import { endWav, readWav, wavStart } from '../../src/dsp/wav.js';
import { shared } from '../shared.js';

/** Samples of a WAV file of the shared folder, at 16 kHz. */
export const recording = (name: string): Int16Array => {
  const [state, samples] = readWav(wavStart, readFileSync(shared(`audio/${name}-16k.wav`)));
  if (endWav(state).sampleRate !== 16_000) throw new Error(`${name} is not of 16 kHz`);
  return samples;
};

/** Mean square of some samples. */
export const powerOf = (samples: Int16Array, from = 0, to = samples.length): number => {
  let sum = 0;
  for (let at = from; at < to; at++) sum += (samples[at] as number) ** 2;
  return sum / Math.max(1, to - from);
};

export const decibels = (ratio: number): number => 10 * Math.log10(ratio);

/** Speech with noise so much below it, in decibels; noise is repeated where it is too short. */
export const mixed = (speech: Int16Array, noise: Int16Array, snrDb: number): Int16Array => {
  const gain = Math.sqrt(powerOf(speech) / powerOf(noise) / 10 ** (snrDb / 10));
  return speech.map((sample, at) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample + gain * (noise[at % noise.length] ?? 0)))),
  );
};

/** Samples in frames of some lengths, in turn. */
export const inFrames = (samples: Int16Array, sampleRate: number, lengths: readonly number[]): readonly AudioFrame[] => {
  const frames: AudioFrame[] = [];
  for (let position = 0; position < samples.length; ) {
    const length = lengths[frames.length % lengths.length] ?? 1;
    frames.push({ samples: samples.subarray(position, position + length), sampleRate, position });
    position += length;
  }
  return frames;
};

/** All that a processor makes of samples, given in frames of some lengths. */
export const treated = (
  processor: FrameProcessor,
  samples: Int16Array,
  sampleRate: number,
  lengths: readonly number[] = [sampleRate / 50],
): Int16Array => {
  const all = new Int16Array(samples.length);
  for (const frame of inFrames(samples, sampleRate, lengths)) all.set(processor.process(frame), frame.position);
  return all;
};

/** By how many samples the second is later than the first, by cross-correlation of a second from `from` on. */
export const lagOf = (before: Int16Array, after: Int16Array, from: number, most: number, count = 16_000): number => {
  let best = Number.NEGATIVE_INFINITY;
  let lag = -1;
  for (let shift = 0; shift <= most; shift++) {
    let sum = 0;
    for (let at = from; at < from + count; at++) sum += (before[at] ?? 0) * (after[at + shift] ?? 0);
    if (sum > best) {
      best = sum;
      lag = shift;
    }
  }
  return lag;
};

/** How a noisy signal, `lag` samples late, compares with the clean one, from the second second on. */
export const compared = (clean: Int16Array, noisy: Int16Array, lag = 0): { readonly snrDb: number; readonly gapDbfs: number } => {
  const window = 320;
  let signal = 0;
  let error = 0;
  let gap = 0;
  let gaps = 0;
  for (let from = 16_000; from + window + lag <= clean.length; from += window) {
    if (powerOf(clean, from, from + window) < 50 ** 2) {
      gap += powerOf(noisy, from + lag, from + lag + window);
      gaps++;
      continue;
    }
    for (let at = from; at < from + window; at++) {
      signal += (clean[at] as number) ** 2;
      error += ((noisy[at + lag] as number) - (clean[at] as number)) ** 2;
    }
  }
  return { snrDb: decibels(signal / error), gapDbfs: decibels(gap / gaps / 32_768 ** 2) };
};

/** Whether two stretches are equal, sample by sample; an assertion would take seconds to compare them. */
export const isSame = (a: Int16Array, b: Int16Array): boolean =>
  a.length === b.length && a.every((sample, at) => sample === b[at]);
