import { bundle } from './bundle.js';
import type { LanesMeasured } from './programs/lanes.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { estimate, percentiles } from './statistics.js';

const budgets = {
  full: { runs: 5, plan: { blocks: 31, units: 20_000, switches: 10_000, live: 250 } },
  quick: { runs: 1, plan: { blocks: 3, units: 500, switches: 100, live: 5 } },
};

/**
 * What `switchLanes` costs and how fast it switches: CPU of a frame through an idle lane against a bare Subject, from a decision to the first
 * frame out of the new lane in media time and by the clock, and whether the heap grows over switches that find three frames held.
 */
export const lanes = async (budget: 'full' | 'quick'): Promise<Report> => {
  await using programs = await bundle(['lanes']);
  const { runs, plan } = budgets[budget];
  const measured: LanesMeasured[] = [];
  for (let run = 0; run < runs; run++) measured.push(await runProgram<LanesMeasured>(programs.fileOf('lanes'), plan));

  const frame = estimate(measured.map(({ bare, lanes: through }) => estimate(through).mid - estimate(bare).mid));
  const media = percentiles(measured.flatMap(({ mediaMs }) => mediaMs));
  const real = percentiles(measured.flatMap(({ realMs }) => realMs));
  const grownKilobytes = Math.max(...measured.map(({ grownBytes }) => grownBytes)) / 1000;
  return {
    lines: [
      `lanes: what switchLanes adds. ${machine()}`,
      '',
      ...table(
        ['', 'median', '99 %', 'target'],
        [
          ['µs of CPU a frame', frame.mid.toFixed(2), '', '≤ 0.3'],
          ['decision to frame, media time, ms', media.p50.toFixed(1), media.p99.toFixed(1), '≤ 20'],
          ['decision to frame, by the clock, ms', real.p50.toFixed(1), real.p99.toFixed(1), '≤ 20'],
          [`heap after ${plan.switches / 2} more switches, kB`, grownKilobytes.toFixed(1), '', 'no growth'],
        ],
      ),
    ],
    figures: {
      frameMicros: [frame.low, frame.mid, frame.high],
      switchMediaMs: media,
      switchMs: real,
      grownKilobytes,
    },
  };
};
