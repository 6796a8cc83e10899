import { of } from 'rxjs';
import { type Millis, samplesIn } from '../../audio.js';
import { type Speak, voiceHz } from './voice.js';

/** First two formants of English vowels in Hz (Peterson and Barney 1952, men, rounded). */
const vowels: Readonly<Record<string, readonly [number, number]>> = {
  a: [730, 1090],
  e: [530, 1840],
  i: [270, 2290],
  o: [570, 840],
  u: [300, 870],
  y: [390, 1990],
};

const letterMs: Millis = 70;
const pauseMs: Readonly<Record<string, Millis>> = { ' ': 50, ',': 180, ';': 220, ':': 220, '.': 300, '!': 300, '?': 300 };

/** Amplitude of a vowel: about -22 dBFS RMS, as loud as a calm speaker. */
const loudness = 0.16;

/** Noise of its own, so that the same letter gives the same samples. */
const noiseFrom = (seed: number) => {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
};

/** Steps in which the melody falls through the sentence, as in a statement, in Hz. */
const melody = [135, 130, 125, 120, 115, 110, 105, 100] as const;

const soundOf = (letter: string, pitch: number): Int16Array => {
  const samples = new Int16Array(samplesIn(letterMs, voiceHz));
  const noise = noiseFrom(letter.charCodeAt(0));
  const formants = vowels[letter];
  const hum = 180 + 8 * (letter.charCodeAt(0) % 16);
  for (let i = 0; i < samples.length; i++) {
    const time = i / voiceHz;
    const edge = Math.sin((Math.PI * (i + 0.5)) / samples.length) ** 0.5;
    const pulse = 0.35 + 0.65 * (0.5 + 0.5 * Math.cos(2 * Math.PI * pitch * time)) ** 3;
    const tone = formants
      ? pulse * (Math.sin(2 * Math.PI * formants[0] * time) + 0.5 * Math.sin(2 * Math.PI * formants[1] * time))
      : 0.45 * noise() + 0.5 * pulse * Math.sin(2 * Math.PI * hum * time);
    samples[i] = Math.round(tone * edge * loudness * 32767);
  }
  return samples;
};

/** Most sounds that are kept: the letters of one alphabet at each step of the melody, 3 kB each. */
const mostSounds = 256;
const sounds = new Map<string, Int16Array>();

/** A letter takes 0.3 ms to be made, and a minute of speech has some 800. */
const keptSound = (letter: string, pitch: number): Int16Array => {
  const name = `${letter}${pitch}`;
  const sound = sounds.get(name) ?? soundOf(letter, pitch);
  if (sounds.size < mostSounds) sounds.set(name, sound);
  return sound;
};

/**
 * A speech-like sound: vowels as a pulsed pair of formants, other letters as short noise, pauses at spaces and stops.
 * Not intelligible, but loud, voiced and as long as speech is; the same text always gives the same samples.
 */
export const babble = (text: string): Int16Array => {
  const letters = [...text.toLowerCase()];
  const lengths = letters.map((letter) => samplesIn(pauseMs[letter] ?? letterMs, voiceHz));
  const samples = new Int16Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  letters.forEach((letter, index) => {
    const pitch = melody[Math.floor((index * melody.length) / letters.length)] ?? melody[0];
    if (pauseMs[letter] === undefined) samples.set(keptSound(letter, pitch), at);
    at += lengths[index] ?? 0;
  });
  return samples;
};

/** The voice that is always there. */
export const builtInVoice: Speak = (text) => of(babble(text));
