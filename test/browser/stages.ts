import { from, lastValueFrom, type OperatorFunction, toArray } from 'rxjs';
import { type AudioFrame, resample, vad } from 'rxvox';
import { reduceNoise } from 'rxvox/audio';

/** What a stage makes of sound, as plain numbers: they travel between a page and Node. */
export interface Outcome {
  readonly positions: readonly number[];
  readonly samples: readonly number[];
  /** State of the voice activity detector after each frame, where the stage is one. */
  readonly states: readonly string[];
}

/** Stages of the toolkit as users write them, by name: the same code runs in Node and in a page. */
export const stages: Readonly<Record<string, () => OperatorFunction<AudioFrame, AudioFrame>>> = {
  'vad()': () => vad(),
  'resample()': () => resample({ to: 24_000 }),
  "reduceNoise({ model: 'rnnoise' })": () => reduceNoise({ model: 'rnnoise' }),
  "reduceNoise({ model: 'speex' })": () => reduceNoise({ model: 'speex' }),
};

/** Runs a stage over frames to its end. */
export const outcomeOf = async (name: string, frames: readonly AudioFrame[]): Promise<Outcome> => {
  const stage = stages[name];
  if (!stage) throw new Error(`There is no stage ${name}.`);
  const out = await lastValueFrom(from(frames).pipe(stage(), toArray()));
  return {
    positions: out.map(({ position }) => position),
    samples: out.flatMap(({ samples }) => [...samples]),
    states: out.map((frame) => ('vad' in frame ? String(frame.vad) : '')),
  };
};
