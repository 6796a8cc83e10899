import { bundle } from './bundle.js';
import type { AudioMeasured } from './programs/audio.js';
import { audioStages } from './programs/audio-stages.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { estimate } from './statistics.js';

/** How much of it to do. */
export interface AudioConfig {
  /** Frames over which the heap is watched; 100,000 when left out. */
  readonly frames?: number;
  /** Only stages whose name begins so; all when left out. */
  readonly stage?: string;
}

const budgets = {
  full: { blocks: 21, units: 1000, frames: 100_000 },
  quick: { blocks: 3, units: 20, frames: 50 },
};

/**
 * What each stage of the audio costs: microseconds of CPU for 20 ms of speech (at 24 kHz, where the stage does not say otherwise), and whether memory grows. Each
 * stage has a process of its own.
 */
export const audio = async (budget: 'full' | 'quick', { frames, stage = '' }: AudioConfig): Promise<Report> => {
  await using programs = await bundle(['audio']);
  const plan = { ...budgets[budget], ...(frames === undefined ? {} : { frames }) };
  const subjects = Object.entries(audioStages).filter(([name]) => name.startsWith(stage));
  const measured: { name: string; target: string; micros: ReturnType<typeof estimate>; grownKilobytes: number }[] = [];
  for (const [name, { targetMicros }] of subjects) {
    const { micros, grownBytes } = await runProgram<AudioMeasured>(programs.fileOf('audio'), { ...plan, stage: name });
    const target = targetMicros === undefined ? '' : `≤ ${targetMicros}`;
    measured.push({ name, target, micros: estimate(micros), grownKilobytes: Math.round(grownBytes / 1000) });
  }
  const digits = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
  return {
    lines: [
      `audio: µs of CPU per 20 ms of speech, and growth of the heap over ${plan.frames} frames. ${machine()}; ${plan.blocks} blocks of ${plan.units}`,
      '',
      ...table(
        ['', 'µs, median', '95 % interval', 'target', 'kB more'],
        measured.map(({ name, target, micros: { low, mid, high }, grownKilobytes }) => [
          name,
          digits(mid),
          `${digits(low)} – ${digits(high)}`,
          target,
          `${grownKilobytes}`,
        ]),
      ),
    ],
    figures: Object.fromEntries(
      measured.map(({ name, micros: { low, mid, high }, grownKilobytes }) => [
        name,
        { micros: [low, mid, high], grownKilobytes },
      ]),
    ),
    ...(subjects.length === 0 && { failure: `no stage begins with '${stage}'` }),
  };
};
