import { type AudioFrame, type Hertz, type Millis, samplesIn } from '../audio.js';
import { formantSpeech } from './formant-speech.js';
import { whiteNoise } from './white-noise.js';

/** What test audio sounds like. */
export type TestPattern = 'speech' | 'silence' | 'noise' | 'mixed' | 'tone';

/** What test audio is wanted. */
export interface TestAudioConfig {
  /**
   * How long it is, in milliseconds, 0 to 600000.
   * @default 1000
   */
  readonly durationMs?: Millis;
  /**
   * `speech`: a synthetic voice that babbles, at 0.1 RMS while it sounds. `silence`: zeros. `noise`: white noise of 0.01 RMS, below what `vad` takes
   * for sound. `tone`: 1 kHz at 0.1 RMS. `mixed`: the noise all along, and over it half a second without and half a second with the voice, by turns.
   * @default 'speech'
   */
  readonly pattern?: TestPattern;
  /**
   * Which voice and which noise: a whole number of 0 or more. The same seed gives the same samples.
   * @default 1
   */
  readonly seed?: number;
  /**
   * 8000 to 192000.
   * @default 24000
   */
  readonly sampleRate?: Hertz;
}

type Wave = () => number;

const speechLevel = 0.1;
const noiseLevel = 0.01;
const toneHz: Hertz = 1000;
const partMs: Millis = 500;
const patterns: readonly TestPattern[] = ['speech', 'silence', 'noise', 'mixed', 'tone'];

/** Below it, what a voice does is pause. */
const isSounding = (value: number): boolean => Math.abs(value) > 1e-3;

/** As loud as it is to be while it sounds. */
const voiced = (seed: number, sampleRate: Hertz, length: number): Float64Array => {
  const next = formantSpeech(seed, sampleRate);
  const values = Float64Array.from({ length }, next);
  let squares = 0;
  let count = 0;
  for (const value of values) {
    if (!isSounding(value)) continue;
    squares += value * value;
    count += 1;
  }
  const gain = speechLevel / Math.sqrt(squares / Math.max(1, count) || 1);
  return values.map((value) => value * gain);
};

const hissing = (seed: number): Wave => {
  const next = whiteNoise(seed + 7);
  // Evenly spread values of -1 to 1 are 1/√3 loud.
  return () => next() * noiseLevel * Math.sqrt(3);
};

const valuesOf: Readonly<Record<TestPattern, (seed: number, sampleRate: Hertz, length: number) => Float64Array>> = {
  speech: voiced,
  silence: (_seed, _sampleRate, length) => new Float64Array(length),
  noise: (seed, _sampleRate, length) => Float64Array.from({ length }, hissing(seed)),
  tone: (_seed, sampleRate, length) =>
    Float64Array.from({ length }, (_, at) => Math.sin((2 * Math.PI * toneHz * at) / sampleRate) * speechLevel * Math.SQRT2),
  mixed: (seed, sampleRate, length) => {
    const part = samplesIn(partMs, sampleRate);
    const voice = voiced(seed, sampleRate, length);
    const noise = hissing(seed);
    return voice.map((value, at) => noise() + (Math.floor(at / part) % 2 === 1 ? value : 0));
  },
};

/**
 * Audio for tests and demonstrations, made anew from a seed: speech that detectors take for speech, silence, noise, a tone, or speech that comes and goes.
 *
 * @returns One frame of the whole length at position 0; `frame` or `chunk` cuts it.
 * @throws RangeError on call, when a field is out of range or there is no such pattern.
 */
export function testAudio({
  durationMs = 1000,
  pattern = 'speech',
  seed = 1,
  sampleRate = 24_000,
}: TestAudioConfig = {}): AudioFrame {
  if (!(durationMs >= 0 && durationMs <= 600_000))
    throw new RangeError(`testAudio: durationMs must be 0 to 600000, got ${durationMs}`);
  if (!patterns.includes(pattern))
    throw new RangeError(`testAudio: pattern must be one of ${patterns.join(', ')}, got ${pattern}`);
  if (!(Number.isInteger(seed) && seed >= 0))
    throw new RangeError(`testAudio: seed must be a whole number of 0 or more, got ${seed}`);
  if (!(Number.isInteger(sampleRate) && sampleRate >= 8000 && sampleRate <= 192_000))
    throw new RangeError(`testAudio: sampleRate must be a whole number from 8000 to 192000, got ${sampleRate}`);

  const values = valuesOf[pattern](seed, sampleRate, samplesIn(durationMs, sampleRate));
  const samples = Int16Array.from(values, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))));
  return { samples, sampleRate, position: 0 };
}
