import { bundle } from './bundle.js';
import type { Budget } from './programs/cpu.js';
import type { Measured } from './programs/hotpath-alone.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { type Estimate, estimate, ratios } from './statistics.js';

type Blocks<Name extends string> = Readonly<Record<Name, readonly number[]>>;
type Against = Blocks<'pipeUp' | 'bareUp' | 'pipeDown' | 'bareDown' | 'pipeDownShort' | 'bareDownShort'>;

const budgets: Readonly<Record<'full' | 'quick', { readonly runs: number; readonly alone: Budget; readonly against: Budget }>> = {
  full: { runs: 9, alone: { blocks: 15, units: 20_000 }, against: { blocks: 61, units: 4000 } },
  quick: { runs: 1, alone: { blocks: 3, units: 500 }, against: { blocks: 3, units: 200 } },
};

const number = (value: number): string => value.toFixed(2);
const interval = ({ low, high }: Estimate): string => `${number(low)} – ${number(high)}`;
const triple = ({ low, mid, high }: Estimate): readonly number[] => [low, mid, high].map((value) => Number(value.toFixed(4)));
const micros = ({ mid }: Estimate): number => Number(mid.toFixed(4));

/**
 * CPU of 20 ms of audio, up (frames in, VAD, encode, realtime, socket) and down (text of the socket, realtime, playout, samples out).
 *
 * Without a socket it is rxvox alone, each row in processes of its own. Against bare `ws` both do the same work over loopback, block by
 * block in turn, with the server in another process. Messages down are of 200 ms, as OpenAI's are (3.4 s came in 17, 0.75 s in 4); those of
 * 20 ms, shorter than any that was recorded, show what a message costs.
 */
export const hotpath = async (budget: 'full' | 'quick'): Promise<Report> => {
  await using programs = await bundle(['hotpath-alone', 'hotpath-ws', 'ws-server']);
  const { runs, alone, against } = budgets[budget];
  const server = programs.fileOf('ws-server');
  // The compiler's luck differs from process to process by 20 %, and not from block to block.
  const measure = async (subject: Measured): Promise<Estimate> => {
    const medians: number[] = [];
    for (let run = 0; run < runs; run++) {
      const plan = { ...alone, subject };
      medians.push(estimate(await runProgram<readonly number[]>(programs.fileOf('hotpath-alone'), plan)).mid);
    }
    return estimate(medians);
  };
  const up = await measure('up');
  const upSilence = await measure('upSilence');
  const down = await measure('down');
  const downShort = await measure('downShort');
  const vad = await measure('vad');
  const both = await runProgram<Against>(programs.fileOf('hotpath-ws'), { ...against, server });

  const ownRow = (what: string, figure: Estimate, target: string): string[] => [
    what,
    number(figure.mid),
    interval(figure),
    target,
  ];
  const compare = (what: string, pipe: readonly number[], bare: readonly number[]) => {
    const ratio = estimate(ratios(pipe, bare));
    const row = [what, number(estimate(pipe).mid), number(estimate(bare).mid), number(ratio.mid), interval(ratio), '≤ 1.15'];
    return { ratio, row };
  };
  const ratioUp = compare('up', both.pipeUp, both.bareUp);
  const ratioDown = compare('down', both.pipeDown, both.bareDown);
  const ratioDownShort = compare('down, messages of 20 ms', both.pipeDownShort, both.bareDownShort);

  return {
    lines: [
      `hotpath: µs of CPU per 20 ms of audio. ${machine()}`,
      '',
      ...table(
        ['without a socket', 'median', '95 %', 'target'],
        [
          ownRow('up, speech', up, '≤ 1'),
          ownRow('up, silence', upSilence, '≤ 1'),
          ownRow('down', down, '≤ 1'),
          ownRow('down, messages of 20 ms', downShort, ''),
          ownRow('energy VAD', vad, '≤ 0.6'),
        ],
      ),
      '',
      ...table(
        [`against ws, ${both.pipeUp.length} blocks each`, 'rxvox', 'bare ws', 'ratio', '95 %', 'target'],
        [ratioUp.row, ratioDown.row, ratioDownShort.row],
      ),
    ],
    figures: {
      pipeUpMicros: micros(up),
      pipeDownMicros: micros(down),
      vadMicros: micros(vad),
      upRatio: triple(ratioUp.ratio),
      downRatio: triple(ratioDown.ratio),
      pipeUpSilenceMicros: micros(upSilence),
      pipeDownShortMicros: micros(downShort),
      downShortRatio: triple(ratioDownShort.ratio),
    },
  };
};
