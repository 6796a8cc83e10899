import { type AudioFrame, samplesIn } from '../../src/audio.js';

export const sampleRate = 24_000;
export const frameSize = samplesIn(20, sampleRate);

const lengthMs = 10_000;
const pitchHz = 140;
const syllablesHz = 4;

/** Ten seconds of something that every frame of counts as speech: a voice with syllables, which no noise floor takes for noise. */
export const speech = (): Int16Array =>
  Int16Array.from({ length: samplesIn(lengthMs, sampleRate) }, (_, at) => {
    const seconds = at / sampleRate;
    const syllable = Math.sin(Math.PI * syllablesHz * seconds) ** 2;
    let voice = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      voice += Math.sin(2 * Math.PI * pitchHz * harmonic * seconds + harmonic ** 2) / harmonic;
    }
    return Math.round(9000 * syllable * voice);
  });

/** The same length of a quiet room. */
export const silence = (): Int16Array =>
  Int16Array.from({ length: samplesIn(lengthMs, sampleRate) }, (_, at) => (at * 7919) % 41);

/** Windows of 20 ms over the samples. */
export const windowsOf = (samples: Int16Array): readonly Int16Array[] =>
  Array.from({ length: Math.floor(samples.length / frameSize) }, (_, at) =>
    samples.subarray(at * frameSize, (at + 1) * frameSize),
  );

/** Gives frame after frame, round and round over the samples, with a position that never jumps. */
export const microphone = (samples: Int16Array): (() => AudioFrame) => {
  const windows = windowsOf(samples);
  let count = 0;
  return () => {
    const window = windows[count % windows.length] as Int16Array;
    return { samples: window, sampleRate, position: count++ * frameSize };
  };
};

/** The voice at another rate, 20 ms at a time; higher where the rate is, which makes no difference to what it costs. */
export const speechAt = (rate: number): (() => Int16Array) => {
  const samples = speech();
  const size = samplesIn(20, rate);
  const windows = Array.from({ length: Math.floor(samples.length / size) }, (_, at) =>
    samples.subarray(at * size, (at + 1) * size),
  );
  let count = 0;
  return () => windows[count++ % windows.length] as Int16Array;
};
