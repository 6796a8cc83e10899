import { type Hertz, type Millis, samplesIn } from '../audio.js';
import { whiteNoise } from './white-noise.js';

/** A vowel, as the first four resonances of the mouth. */
type Formants = readonly [Hertz, Hertz, Hertz, Hertz];

/** Of men, in American English: /i/, /ɛ/, /æ/, /ɑ/, /ɔ/, /u/, /ʌ/ (Peterson and Barney 1952); the fourth is about the same in all. */
const vowels: readonly Formants[] = [
  [270, 2290, 3010, 3500],
  [530, 1840, 2480, 3500],
  [660, 1720, 2410, 3500],
  [730, 1090, 2440, 3500],
  [570, 840, 2410, 3500],
  [300, 870, 2240, 3500],
  [640, 1190, 2390, 3500],
];
const bandwidths: Formants = [80, 100, 140, 200];

/** Of a syllable: the hiss that it may begin with, the vowel, and how often a word ends after it. */
const hissMs: Millis = 60;
const shortestVowelMs: Millis = 110;
const vowelSpreadMs: Millis = 80;
const pauseMs: Millis = 60;
const syllablesOfWord = 3;

/** Falls from the beginning of a word to its end, as that of a man who tells something. */
const highestPitch: Hertz = 140;
const lowestPitch: Hertz = 100;

type Resonance = (input: number, hz: Hertz) => number;

/** A resonator of two poles with unit gain at 0 Hz (Klatt 1980). */
const resonance = (bandwidth: Hertz, sampleRate: Hertz): Resonance => {
  const radius = Math.exp((-Math.PI * bandwidth) / sampleRate);
  const c = -radius * radius;
  let last = 0;
  let before = 0;
  return (input, hz) => {
    const b = 2 * radius * Math.cos((2 * Math.PI * hz) / sampleRate);
    const output = (1 - b - c) * input + b * last + c * before;
    before = last;
    last = output;
    return output;
  };
};

/** Air through the glottis, of one period: it opens slowly and closes at once (Rosenberg 1971, type B). */
const glottis = (phase: number): number => {
  if (phase < 0.4) return (3 - phase / 0.2) * (phase / 0.4) ** 2;
  return phase < 0.56 ? 1 - ((phase - 0.4) / 0.16) ** 2 : 0;
};

/** Rises and falls without a click. */
const envelope = (at: number, length: number): number => Math.min(1, at / (0.15 * length), (length - at) / (0.25 * length));

/**
 * Makes a voice that babbles: vowels of a falling pitch that glide into each other, hisses before some of them, a short pause after each word.
 * No language, but what detectors of speech go by: harmonics, formants that move, and syllables at the rate of speech.
 *
 * @param seed Which babble; the same seed gives the same one.
 * @returns A fold that gives the next sample, about -1 to 1.
 */
export function formantSpeech(seed: number, sampleRate: Hertz): () => number {
  const random = whiteNoise(seed);
  const chance = (): number => (random() + 1) / 2;
  const pick = (): Formants => vowels[Math.floor(chance() * vowels.length) % vowels.length] as Formants;

  const air = whiteNoise(seed + 1);
  const mouth = bandwidths.map((bandwidth) => resonance(bandwidth, sampleRate));
  // Narrowband has no room for the fourth.
  const heard = mouth.filter((_, i) => i < 3 || sampleRate > 8000);

  let from = pick();
  let to = pick();
  let syllable = 0;
  let at = 0;
  let hiss = 0;
  let vowel = 0;
  let pause = 0;
  let phase = 0;
  let flow = 0;
  let hissBefore = 0;

  const begin = (): void => {
    from = to;
    to = pick();
    at = 0;
    hiss = chance() < 0.4 ? samplesIn(hissMs, sampleRate) : 0;
    vowel = samplesIn(shortestVowelMs + chance() * vowelSpreadMs, sampleRate);
    syllable += 1;
    pause = syllable % syllablesOfWord === 0 ? samplesIn(pauseMs, sampleRate) : 0;
  };
  begin();

  const voice = (share: number): number => {
    const word = ((syllable % syllablesOfWord) + share) / syllablesOfWord;
    phase = (phase + (highestPitch - (highestPitch - lowestPitch) * word) / sampleRate) % 1;
    const now = glottis(phase);
    // Lips radiate the change of the flow (6 dB per octave).
    const pulse = (now - flow) * sampleRate * 1e-4;
    flow = now;
    const glide = Math.min(1, share * 2);
    return heard.reduce(
      (sound, resonate, i) => resonate(sound, (from[i] as Hertz) + ((to[i] as Hertz) - (from[i] as Hertz)) * glide),
      pulse,
    );
  };
  const whisper = (): number => {
    const breath = air();
    const high = breath - hissBefore;
    hissBefore = breath;
    return high;
  };

  return () => {
    if (at >= hiss + vowel + pause) begin();
    const index = at;
    at += 1;
    const sounding = index - hiss;
    if (sounding < 0) return 0.15 * whisper() * envelope(index, hiss);
    const breath = 0.01 * air();
    return sounding < vowel ? (voice(sounding / vowel) + breath) * envelope(sounding, vowel) : 0;
  };
}
