import { bundle } from './bundle.js';
import type { LanesMeasured } from './programs/lanes.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { type Estimate, estimate, percentiles } from './statistics.js';

const budgets = {
  full: { runs: 5, plan: { blocks: 31, units: 20_000, switches: 10_000, live: 250 } },
  quick: { runs: 1, plan: { blocks: 3, units: 500, switches: 100, live: 5 } },
};

/** A median, and its interval. */
const shown = ({ low, mid, high }: Estimate, digits: number): readonly [string, string] => [
  mid.toFixed(digits),
  `${low.toFixed(digits)} – ${high.toFixed(digits)}`,
];

/**
 * What `switchLanes` costs and how fast it switches: CPU of a frame through an idle lane against a bare Subject, from a decision to the first
 * frame out of the new lane in media time and by the clock, and whether the heap grows over switches that find three frames held.
 */
export const lanes = async (budget: 'full' | 'quick'): Promise<Report> => {
  await using programs = await bundle(['lanes']);
  const { runs, plan } = budgets[budget];
  const measured: LanesMeasured[] = [];
  for (let run = 0; run < runs; run++) measured.push(await runProgram<LanesMeasured>(programs.fileOf('lanes'), plan));

  const over = (figure: (run: LanesMeasured) => number): Estimate => estimate(measured.map(figure));
  const bare = over((run) => estimate(run.bare).mid);
  const added = over((run) => estimate(run.lanes).mid - estimate(run.bare).mid);
  const grown = over(({ grownBytes }) => grownBytes / 1000);
  const media = percentiles(measured.flatMap(({ mediaMs }) => mediaMs));
  const real = percentiles(measured.flatMap(({ realMs }) => realMs));
  return {
    lines: [
      `lanes: what switchLanes adds. ${machine()}; ${runs} processes`,
      '',
      ...table(
        ['', 'median', '95 % interval', 'target'],
        [
          ['µs of CPU a frame, without lanes', ...shown(bare, 2), ''],
          ['  switchLanes adds', ...shown(added, 2), '≤ 0.3'],
          [
            'ms from decision to frame, media time, p50',
            ...shown(
              over(({ mediaMs }) => percentiles(mediaMs).p50),
              1,
            ),
            '',
          ],
          [
            '  p99',
            ...shown(
              over(({ mediaMs }) => percentiles(mediaMs).p99),
              1,
            ),
            '≤ 20',
          ],
          [
            'ms from decision to frame, by the clock, p50',
            ...shown(
              over(({ realMs }) => percentiles(realMs).p50),
              1,
            ),
            '',
          ],
          [
            '  p99',
            ...shown(
              over(({ realMs }) => percentiles(realMs).p99),
              1,
            ),
            '≤ 20',
          ],
          [`kB more in use after ${plan.switches} further switches`, ...shown(grown, 0), 'none'],
        ],
      ),
    ],
    figures: {
      frameMicros: [added.low, added.mid, added.high],
      switchMediaMs: media,
      switchMs: real,
      grownKilobytes: [grown.low, grown.mid, grown.high],
    },
  };
};
