import { writeFileSync } from 'node:fs';
import { machine, type Report, table } from './report.js';
import { vadCosts } from './vad/cost.js';
import { contenders } from './vad/detectors.js';
import { plot } from './vad/plot.js';
import { scoresOf, type VadScores } from './vad/scores.js';
import { hasRecordings, labelledSpeech, mixed, rate, recording } from './vad/speech.js';

/** What else the bench does. */
export interface VadBenchConfig {
  /** Where to write the plot, an SVG. */
  readonly plot?: string;
}

const noises = [
  { name: 'wind', file: 'noise-wind-16k' },
  { name: 'café', file: 'noise-coffee-shop-16k' },
  { name: 'fireplace', file: 'noise-fireplace-16k' },
] as const;
const budgets = {
  full: { utterances: 100, ratios: [20, 10, 5, 0], cost: { blocks: 31, windows: 100 } },
  quick: { utterances: 4, ratios: [10], cost: { blocks: 1, windows: 5 } },
};

interface Row {
  readonly noise: string;
  readonly snrDb: number;
  readonly scores: Readonly<Record<string, VadScores>>;
}

const mean = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};
const aucs = (rows: readonly Row[], name: string): readonly number[] => rows.map(({ scores }) => scores[name]?.auc ?? Number.NaN);

/**
 * How well `vad` tells speech in noise, by the level, by the network, and behind noise suppression: people and a synthesizer, labelled by the clean
 * signal, in three noises.
 */
export const vad = async (budget: 'full' | 'quick', { plot: path }: VadBenchConfig): Promise<Report> => {
  if (!hasRecordings) return { lines: [], figures: {}, failure: 'there are no recordings: they are expected in ../shared/audio' };
  const { utterances, ratios, cost } = budgets[budget];
  const costs = await vadCosts(cost);
  const speech = await labelledSpeech(utterances);
  const all = await contenders();
  const names = all.map(({ name }) => name);
  const scored = (noise: string, snrDb: number, samples: Int16Array): Row => ({
    noise,
    snrDb,
    scores: Object.fromEntries(
      all.map(({ name, hear }) => {
        const { scores, states } = hear(samples);
        return [name, scoresOf(scores, states, speech.labels)];
      }),
    ),
  });
  const recordings = await Promise.all(noises.map(({ file }) => recording(file)));
  const clean = scored('quiet room', Number.POSITIVE_INFINITY, mixed(speech, undefined, 0));
  const rows = noises.flatMap(({ name }, i) => ratios.map((snrDb) => scored(name, snrDb, mixed(speech, recordings[i], snrDb))));

  const figure = (title: string, of: (scores: VadScores) => string): readonly string[] => [
    title,
    ...table(
      ['', ...names],
      [clean, ...rows].map((row) => [
        row === clean ? row.noise : `${row.noise}, ${row.snrDb} dB`,
        ...names.map((name) => (row.scores[name] ? of(row.scores[name]) : '')),
      ]),
    ),
    '',
  ];
  const byRatio = ratios.map((snrDb) => rows.filter((row) => row.snrDb === snrDb));
  if (path !== undefined) {
    const panels = noises.map(({ name }) => ({
      title: name,
      series: names.map((contender) => ({
        name: contender,
        values: aucs(
          rows.filter(({ noise }) => noise === name),
          contender,
        ),
      })),
    }));
    writeFileSync(path, plot(panels, ratios.map(String), [0.5, 1], 'ROC-AUC by signal-to-noise ratio, dB'));
  }
  const spokenS = speech.labels.filter(Boolean).length / 100;
  return {
    lines: [
      `vad: speech in noise. ${Math.round(speech.samples.length / rate)} s, ${Math.round(spokenS)} s of it speech: ${speech.spoken} utterances of people, ${speech.said} of a synthesizer, twice each`,
      '',
      ...figure('ROC-AUC, 10 ms grid', ({ auc }) => auc.toFixed(3)),
      ...figure(
        'onset delay in ms (median of those found), and the utterances found',
        ({ onsetMs, found }) => `${onsetMs.toFixed(0)} (${Math.round(found * 100)} %)`,
      ),
      ...figure('false starts per minute of pauses', ({ falseStarts }) => falseStarts.toFixed(1)),
      'ROC-AUC, mean of the noises',
      ...table(
        ['', ...names],
        byRatio.map((some, i) => [`${ratios[i]} dB`, ...names.map((name) => mean(aucs(some, name)).toFixed(3))]),
      ),
      '',
      `µs of CPU for 20 ms of audio, median; ${machine()}`,
      ...table(
        ['', 'median', '95 % interval'],
        Object.entries(costs).map(([name, { low, mid, high }]) => [
          name,
          mid.toFixed(1),
          `${low.toFixed(1)} – ${high.toFixed(1)}`,
        ]),
      ),
    ],
    figures: { clean, rows, costs },
  };
};
