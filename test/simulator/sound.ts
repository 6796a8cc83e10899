import type { Millis } from '../../src/audio.js';
import { samplesIn } from '../../src/audio.js';
import { toBase64 } from '../../src/wire/base64.js';

const tone = (ms: Millis, amplitude: number): Int16Array =>
  Int16Array.from({ length: samplesIn(ms, 24000) }, (_, i) =>
    Math.round(amplitude * 32767 * Math.sin((2 * Math.PI * 220 * i) / 24000)),
  );

/** Loud audio: RMS 0.14. */
export const loud = (ms: Millis): Int16Array => tone(ms, 0.2);

/** Loud audio as base64. */
export const speech = (ms: Millis): string => toBase64(loud(ms));

/** Nearly silent audio as base64. */
export const quiet = (ms: Millis): string => toBase64(tone(ms, 0.002));
