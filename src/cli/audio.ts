import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { type AudioFrame, durationOf } from '../audio.js';
import type { NoiseModel } from '../dsp/noise-reducer.js';
import { thresholdOf } from '../dsp/threshold-of.js';
import { wavHeader } from '../dsp/wav.js';
import { chained, type EnhanceMode, type EnhancementConfig, type EnhancementStage, enhancementStages } from '../enhancement.js';
import { AudioError, ConfigError } from '../errors.js';
import { fileError } from '../node/file.js';
import { wavSource } from '../node/wav-source.js';
import { inTime } from './in-time.js';
import { type Ear, type Heard, listen } from './listen.js';
import { detectors } from './mic.js';
import { type Pictured, soundPicture } from './sound-picture.js';
import { soundTable } from './sound-table.js';

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
  const before = await readWhole(file);
  const ear = await earOf(options);
  const stages = await load();
  const sounds: readonly Pictured[] = [
    { title: 'before', audio: before, heard: listen(before, ear) },
    ...(stages.length > 0 ? [pictured('after', enhanced(before, stages), ear)] : []),
  ];
  await write(options, sounds, ear);
  const done = stages.map(([name]) => name);
  console.log(options.json ? JSON.stringify(reportOf(file, done, sounds)) : textOf(file, options, done, sounds));
};

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

const readWhole = async (file: string): Promise<AudioFrame> => {
  const parts = await lastValueFrom(wavSource(file, { pace: 'fast', tailMs: 0, chunkMs: 1000 }).pipe(toArray()), {
    defaultValue: [],
  });
  const sampleRate = parts[0]?.sampleRate;
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  if (sampleRate === undefined || samples.length === 0) throw new AudioError(`${file} holds no audio`, { code: 'bad_wav' });
  for (const part of parts) samples.set(part.samples, part.position);
  return { samples, sampleRate, position: 0 };
};

const earOf = async ({ vad, sensitivity }: AudioOptions): Promise<Ear> => {
  const { model = 'energy' } = (await detectors[vad]?.()) ?? {};
  return { model, threshold: thresholdOf(sensitivity, model === 'energy' ? 'energy' : 'neural') };
};

const enhanced = (before: AudioFrame, stages: readonly EnhancementStage[]): AudioFrame => {
  const processor = chained(stages.map(([, create]) => create()));
  try {
    return inTime(processor, before);
  } finally {
    processor.close();
  }
};

const pictured = (title: string, sound: AudioFrame, ear: Ear): Pictured => ({ title, audio: sound, heard: listen(sound, ear) });

const write = async ({ output, plot }: AudioOptions, sounds: readonly Pictured[], { model, threshold }: Ear): Promise<void> => {
  const last = sounds.at(-1)?.audio;
  if (output !== undefined && last) {
    const { samples, sampleRate } = last;
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    await save(output, Buffer.concat([wavHeader(sampleRate, samples.length), bytes]));
  }
  if (plot !== undefined)
    await save(plot, soundPicture(sounds, { unit: model === 'energy' ? 'level' : 'probability', threshold }));
};

const save = (path: string, content: string | Uint8Array): Promise<void> =>
  writeFile(path, content).catch((error: unknown) => {
    throw fileError('write', path, error);
  });

const durationMsOf = ([first]: readonly Pictured[]): number =>
  first ? durationOf(first.audio.samples.length, first.audio.sampleRate) : 0;

const reportOf = (file: string, stages: readonly string[], sounds: readonly Pictured[]) => ({
  file,
  durationMs: durationMsOf(sounds),
  sampleRate: sounds[0]?.audio.sampleRate,
  stages,
  ...Object.fromEntries(sounds.map(({ title, heard }) => [title, withoutCurve(heard)])),
});

const withoutCurve = ({ curve: _, ...figures }: Heard) => figures;

const textOf = (file: string, options: AudioOptions, stages: readonly string[], sounds: readonly Pictured[]): string => {
  const { mode, vad, output, plot } = options;
  const done = stages.length > 0 ? `${stages.join(', ')} in mode ${mode}` : 'nothing enhanced';
  const duration = (durationMsOf(sounds) / 1000).toFixed(2);
  return [
    `${file}: ${duration} s at ${sounds[0]?.audio.sampleRate} Hz; ${done}; speech by ${vad}\n`,
    soundTable(sounds.map(({ title, heard }) => [title, heard])),
    ...(output === undefined && plot === undefined ? [] : ['']),
    ...(output === undefined ? [] : [`The sound is in ${output}`]),
    ...(plot === undefined ? [] : [`The picture is in ${plot}`]),
  ].join('\n');
};
