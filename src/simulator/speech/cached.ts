import { type Observable, of, tap } from 'rxjs';
import type { Speak } from './voice.js';

/**
 * Speaks a text once and remembers the samples of the last texts.
 *
 * @param limit How many samples to keep at most, all texts together; 60 s of audio by default.
 */
export const cached = (speak: Speak, limit = 60 * 24000): Speak => {
  const known = new Map<string, Int16Array>();
  let kept = 0;
  const keep = (text: string, samples: Int16Array) => {
    if (known.has(text) || samples.length > limit) return;
    known.set(text, samples);
    kept += samples.length;
    for (const [oldest, { length }] of known) {
      if (kept <= limit) break;
      known.delete(oldest);
      kept -= length;
    }
  };
  return (text): Observable<Int16Array> => {
    const samples = known.get(text);
    return samples ? of(samples) : speak(text).pipe(tap((spoken) => keep(text, spoken)));
  };
};
