import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import type { AudioFrame, Hertz, Millis } from '../audio.js';
import type { NoiseModel } from '../dsp/noise-reducer.js';
import { thresholdOf } from '../dsp/threshold-of.js';
import { chained, type EnhanceMode, type EnhancementConfig, type EnhancementStage, enhancementStages } from '../enhancement.js';
import { AudioError, ConfigError } from '../errors.js';
import { fileError } from '../node/file.js';
import { wavSource } from '../node/wav-source.js';
import { inTime } from './in-time.js';
import { type Ear, type Heard, listener } from './listen.js';
import { detectors } from './mic.js';
import { type Pictured, soundPicture } from './sound-picture.js';
import { soundTable } from './sound-table.js';
import { wavWriter } from './wav-writer.js';

/** What can be done to a file. */
export const enhancements = ['noise', 'gain', 'clarity', 'all'] as const;

export interface AudioOptions {
  readonly enhance: readonly (typeof enhancements)[number][];
  readonly mode: EnhanceMode;
  readonly noiseModel?: NoiseModel;
  readonly vad: string;
  readonly sensitivity: number;
  readonly output?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/**
 * Enhances a WAV file, and tells where speech is in it and how well it comes in, before and after. Rejects with what could not be read or written.
 *
 * No stage is passed by for being slow, as one would in a conversation: nobody waits for a file.
 */
export const audio = async (file: string, options: AudioOptions): Promise<void> => {
  const load = enhancementStages(configOf(options));
  checkFiles(file, options);
  const ear = await earOf(options);
  const stages = await load();
  const heard = await heardIn(file, stages, ear, options);
  await draw(options, heard, ear);
  const done = stages.map(([name]) => name);
  console.log(options.json ? JSON.stringify(reportOf(file, done, heard)) : textOf(file, options, done, heard));
};

/** What was heard, before and after. */
interface Sounds {
  readonly sampleRate: Hertz;
  readonly sounds: readonly Pictured[];
}

const invalid = { code: 'invalid_config' } as const;

const configOf = ({ enhance, mode, noiseModel }: AudioOptions): EnhancementConfig => {
  const isAsked = (name: (typeof enhancements)[number]): boolean => enhance.includes(name) || enhance.includes('all');
  if (noiseModel !== undefined && !isAsked('noise'))
    throw new ConfigError('--noise-model says how noise is lowered: add --enhance noise', invalid);
  if (enhance.includes('noise') && mode === 'latency' && noiseModel === undefined)
    throw new ConfigError('mode latency has no time to lower noise: take --mode balanced, or name a --noise-model', invalid);
  return {
    mode,
    noiseReduction: isAsked('noise') && (noiseModel ?? true),
    gainControl: isAsked('gain'),
    clarityBoost: isAsked('clarity'),
  };
};

const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));

/** What would go wrong later is said before anything is done. */
const checkFiles = (file: string, { output, plot }: AudioOptions): void => {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw fileError('read', file, error);
  }
  const places = [file, output, plot].flatMap((path) => (path === undefined ? [] : [placeOf(path)]));
  if (new Set(places).size < places.length)
    throw new AudioError('the file, --output and --plot must be different files: one would replace the other', { code: 'file' });
};

const earOf = async ({ vad, sensitivity }: AudioOptions): Promise<Ear> => {
  const { model = 'energy' } = (await detectors[vad]?.()) ?? {};
  return { model, threshold: thresholdOf(sensitivity, model === 'energy' ? 'energy' : 'neural') };
};

/** Hears the file as it is and as it becomes, frame by frame: it is never whole in memory. */
const heardIn = async (
  file: string,
  stages: readonly EnhancementStage[],
  ear: Ear,
  { output }: AudioOptions,
): Promise<Sounds> => {
  const writer = output === undefined ? undefined : wavWriter(output);
  const processor = chained(stages.map(([, create]) => create()));
  const treated = inTime(processor);
  const before = listener(ear);
  const after = stages.length > 0 ? listener(ear) : undefined;
  let sampleRate: Hertz | undefined;

  const give = (frames: readonly AudioFrame[]): void => {
    for (const frame of frames) {
      after?.hear(frame);
      writer?.write(frame);
    }
  };
  try {
    const frames$ = wavSource(file, { pace: 'fast', tailMs: 0 }).pipe(
      tap((frame) => {
        sampleRate = frame.sampleRate;
        before.hear(frame);
        give(treated.push(frame));
      }),
    );
    await lastValueFrom(frames$, { defaultValue: undefined });
    if (sampleRate === undefined) throw new AudioError(`${file} holds no audio`, { code: 'bad_wav' });
    give(treated.end());
    writer?.end();
  } finally {
    processor.close();
    writer?.close();
  }
  const sounds = [{ title: 'before', heard: before.end() }, ...(after ? [{ title: 'after', heard: after.end() }] : [])];
  return { sampleRate, sounds };
};

const draw = async ({ plot }: AudioOptions, { sounds }: Sounds, { model, threshold }: Ear): Promise<void> => {
  if (plot !== undefined)
    await save(plot, soundPicture(sounds, { unit: model === 'energy' ? 'level' : 'probability', threshold }));
};

const save = (path: string, content: string): Promise<void> =>
  writeFile(path, content).catch((error: unknown) => {
    throw fileError('write', path, error);
  });

const reportOf = (file: string, stages: readonly string[], { sampleRate, sounds }: Sounds) => ({
  file,
  durationMs: durationMsOf(sounds),
  sampleRate,
  stages,
  ...Object.fromEntries(sounds.map(({ title, heard }) => [title, figuresOf(heard)])),
});

const durationMsOf = ([first]: readonly Pictured[]): Millis => first?.heard.durationMs ?? 0;

/** Without what is only drawn, and what is said once of all. */
const figuresOf = ({ curve: _, loudest: __, durationMs: ___, ...figures }: Heard) => figures;

const textOf = (file: string, options: AudioOptions, stages: readonly string[], { sampleRate, sounds }: Sounds): string => {
  const { mode, vad, output, plot } = options;
  const done = stages.length > 0 ? `${stages.join(', ')} in mode ${mode}` : 'nothing enhanced';
  const duration = (durationMsOf(sounds) / 1000).toFixed(2);
  return [
    `${file}: ${duration} s at ${sampleRate} Hz; ${done}; speech by ${vad}\n`,
    soundTable(sounds.map(({ title, heard }) => [title, heard])),
    ...(output === undefined && plot === undefined ? [] : ['']),
    ...(output === undefined ? [] : [`The sound is in ${output}`]),
    ...(plot === undefined ? [] : [`The picture is in ${plot}`]),
  ].join('\n');
};
