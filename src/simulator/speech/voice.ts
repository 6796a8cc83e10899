import type { Observable } from 'rxjs';

/** Which voice speaks. */
export type VoiceName = 'espeak-ng' | 'built-in';

/**
 * Turns a text into mono PCM16 at 24 kHz.
 *
 * Emits the whole of it once and completes, synchronously where it can; unsubscribing stops what was started for it.
 */
export type Speak = (text: string) => Observable<Int16Array>;

/** Samples per second of every voice. */
export const voiceHz = 24000;
