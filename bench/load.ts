import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { alternate } from './alternate.js';
import { machine, type Report, table } from './report.js';
import { type Estimate, estimate, ratios } from './statistics.js';

const rounds = { full: 51, quick: 3 };

/** What is imported, from nothing at all. `rxjs` is what everything else is held against: who uses us loads it anyway. */
const doors = ['', 'rxjs', 'rxvox', 'rxvox/operators/vad', 'rxvox/node'];

/** What to hold the figures to. */
export interface LoadConfig {
  /** How many times as long as `import 'rxjs'` the process of `import 'rxvox'` may take; nothing is asked when left out. */
  readonly limit?: number;
}

const shown = ({ low, mid, high }: Estimate, digits: number): readonly [string, string] => [
  mid.toFixed(digits),
  `${low.toFixed(digits)} – ${high.toFixed(digits)}`,
];

/**
 * How long a process takes that imports a door of the built package and does nothing else, against `import 'rxjs'` in the
 * same round.
 *
 * It fails when nothing is built, and when the whole interval of the ratio lies above `limit`: a busy machine widens the
 * interval, and fails nobody.
 */
export const load = async (budget: 'full' | 'quick', { limit }: LoadConfig): Promise<Report> => {
  if (!existsSync(join(import.meta.dirname, '../dist/index.js')))
    return { lines: [], figures: {}, failure: 'it measures the built package, and dist/ has none; run npm run build first' };
  const times = alternate(
    doors.map((door) => (door === '' ? '' : `import '${door}';`)),
    rounds[budget],
  );
  const millis = times.map(estimate);
  const bare = times[doors.indexOf('rxjs')] ?? [];
  const relative = times.map((own) => estimate(ratios(own, bare)));
  const ratio = relative[doors.indexOf('rxvox')] ?? estimate([]);
  const isAbove = limit !== undefined && ratio.low > limit;

  const row = (door: string, at: number): readonly string[] => [
    door === '' ? 'nothing' : `import '${door}'`,
    ...shown(millis[at] ?? ratio, 0),
    ...shown(relative[at] ?? ratio, 2),
    door === 'rxvox' ? '≤ 1.6' : '',
  ];
  return {
    lines: [
      `load: a process that imports, from start to end. ${machine()}; ${rounds[budget]} rounds`,
      '',
      ...table(['', 'ms, median', '95 % interval', 'times rxjs', '95 % interval', 'target'], doors.map(row)),
    ],
    figures: { ratio: [ratio.low, ratio.mid, ratio.high], millis: millis.map(({ mid }) => mid) },
    ...(isAbove && {
      failure: `import 'rxvox' takes ${ratio.mid.toFixed(2)} times as long as import 'rxjs', more than ${limit}`,
    }),
  };
};
