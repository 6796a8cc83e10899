import type { AudioFrame } from '../../src/audio.js';
import type { EchoCanceller } from '../../src/dsp/echo/echo-canceller.js';

/** What to treat, and how it comes. */
export interface CancelConfig {
  readonly near: Int16Array;
  readonly far: Int16Array;
  readonly sampleRate: number;
  readonly farRate?: number;
  /** Lengths of the microphone's frames, in turns. */
  readonly lengths?: readonly number[];
}

const frameOf = (samples: Int16Array, sampleRate: number, from: number, length: number): AudioFrame => ({
  samples: samples.subarray(from, from + length),
  sampleRate,
  position: from,
});

/** Treats all of it: the loudspeaker is given 20 ms whenever the microphone has heard as much. */
export const cancel = (canceller: EchoCanceller, config: CancelConfig): Int16Array => {
  const { near, far, sampleRate, farRate = sampleRate, lengths = [sampleRate / 50] } = config;
  const out = new Int16Array(near.length);
  const step = farRate / 50;
  let at = 0;
  let given = 0;
  for (let i = 0; at < near.length; i++) {
    for (; given * sampleRate <= at * farRate; given += step) canceller.reference(frameOf(far, farRate, given, step));
    const frame = frameOf(near, sampleRate, at, lengths[i % lengths.length] ?? 1);
    out.set(canceller.process(frame), at);
    at += frame.samples.length;
  }
  return out;
};

/** Sum of squares of the samples of some seconds. */
export const powerOf = (samples: ArrayLike<number>, sampleRate: number, fromS: number, toS: number): number => {
  let sum = 1;
  for (let i = Math.round(fromS * sampleRate); i < Math.min(samples.length, toS * sampleRate); i++) sum += (samples[i] ?? 0) ** 2;
  return sum;
};

/** Echo return loss enhancement: by how many decibels less of the echo is left, in some seconds. */
export const erle = (
  near: Int16Array,
  out: Int16Array,
  sampleRate: number,
  fromS: number,
  toS = Number.POSITIVE_INFINITY,
): number => 10 * Math.log10(powerOf(near, sampleRate, fromS, toS) / powerOf(out, sampleRate, fromS, toS));

/** Decibels between a signal and what differs from it in `out`, which comes `delay` samples later, in some seconds. */
export const signalToDistortion = (
  signal: ArrayLike<number>,
  out: Int16Array,
  {
    delay,
    sampleRate,
    fromS,
    toS,
  }: { readonly delay: number; readonly sampleRate: number; readonly fromS: number; readonly toS: number },
): number => {
  const difference = Float64Array.from({ length: out.length }, (_, i) => (out[i + delay] ?? 0) - (signal[i] ?? 0));
  return 10 * Math.log10(powerOf(signal, sampleRate, fromS, toS) / powerOf(difference, sampleRate, fromS, toS));
};
