/** A voice in noise, too soft: made better in each mode. What is given for the noise is delay, and some CPU. */

import { concatMap, from, lastValueFrom, map, tap, toArray } from 'rxjs';
import type { AudioFrame } from 'rxvox';
import { type EnhanceMode, enhance, enhanceDelayMs } from 'rxvox/audio';
import { wavSource } from 'rxvox/node';

/** A quarter as loud, with the noise of a fan. */
const inNoise = map((frame: AudioFrame) => ({
  ...frame,
  samples: frame.samples.map((sample) => sample / 4 + 400 * (Math.random() - 0.5)),
}));

/** Level of the loudest and of the softest tenth of the frames: speech, and what is between the words. */
const levelsOf = (frames: readonly AudioFrame[]): readonly string[] => {
  const levels = frames
    .map(({ samples }) => samples.reduce((sum, sample) => sum + sample ** 2, 0) / Math.max(1, samples.length))
    .sort((a, b) => a - b);
  return [0.9, 0.1].map((share) => {
    const power = levels[Math.floor(share * levels.length)] ?? 0;
    return `${Math.round(10 * Math.log10((power + 1e-3) / 32_768 ** 2))} dB`;
  });
};

const noisy = await lastValueFrom(wavSource('assets/question-tokyo-24k.wav', { pace: 'fast' }).pipe(inNoise, toArray()), {
  defaultValue: [],
});
const say = (name: string, frames: readonly AudioFrame[]): void => {
  const [speech, pauses] = levelsOf(frames);
  console.log(`${name}: speech ${speech}, pauses ${pauses}`);
};

say('as it came', noisy);
const modes: readonly EnhanceMode[] = ['latency', 'balanced', 'quality'];
const results$ = from(modes).pipe(
  concatMap((mode) =>
    from(noisy).pipe(
      enhance({ mode, clarityBoost: true }),
      toArray(),
      map((frames) => ({ mode, frames })),
    ),
  ),
);
const lines$ = results$.pipe(tap(({ mode, frames }) => say(`${mode}, ${enhanceDelayMs({ mode })} ms later`, frames)));
await lastValueFrom(lines$, { defaultValue: undefined });
