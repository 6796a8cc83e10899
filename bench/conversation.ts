import { bundle } from './bundle.js';
import type { Conversation, TurnMeasured } from './programs/conversation.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { percentiles } from './statistics.js';

const turnsOf = { full: 100, quick: 3 } as const;
/** Calculation asked → spoken, on the simulator. */
const targetMs = 200;

/** What a calculation waits for, in order. */
const steps = ['committed', 'words', 'response', 'call', 'tool output', 'second response', 'first samples'];

const rounded = (value: number): number => Number(value.toFixed(3));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * A scripted conversation through a fast and a big lane: how the time is shared, what switching does to the audio, and whether each turn is answered
 * once.
 *
 * Microphone and loudspeaker run at the pace of speech, as do the 500 ms of cool-down; the simulator, in another process, answers
 * at once. Tools take what their services would, calculations nothing.
 */
export const conversation = async (budget: 'full' | 'quick'): Promise<Report> => {
  await using programs = await bundle(['conversation', 'dialogue-server']);
  const plan = { server: programs.fileOf('dialogue-server'), turns: turnsOf[budget] };
  const { turns, metrics, shares, switches, seconds, lostSamples, gapSamples } = await runProgram<Conversation>(
    programs.fileOf('conversation'),
    plan,
  );

  const answeredOnce = turns.filter(({ answers, isRight }) => answers === 1 && isRight).length;
  const toolTurns = turns.filter(({ kind }) => kind !== 'talk');
  const toolsRunOnce = toolTurns.filter(({ toolRuns }) => toolRuns === 1).length;
  const falseRuns = turns.filter(({ kind, toolRuns }) => kind === 'talk' && toolRuns > 0).length;
  const inBig = (of: readonly TurnMeasured[]): string => `${of.filter(({ lane }) => lane === 'big').length} of ${of.length}`;
  const switchMs = (lane: string) => percentiles(switches.filter(({ to }) => to === lane).map(({ ms }) => ms));
  const calculations = turns.filter(({ kind }) => kind === 'calculation');
  const after = (of: readonly TurnMeasured[], step: string) =>
    percentiles(of.flatMap(({ afterMs }) => (afterMs[step] === undefined ? [] : [afterMs[step]])));
  const times = {
    decisionToBigMs: switchMs('big'),
    decisionToFastMs: switchMs('fast'),
    calculationMs: after(calculations, 'first samples'),
    talkMs: after(
      turns.filter(({ kind }) => kind === 'talk'),
      'first samples',
    ),
  };
  const row = (what: string, { p50, p99 }: { readonly p50: number; readonly p99: number }, target = ''): string[] => [
    what,
    p50.toFixed(2),
    p99.toFixed(2),
    target,
  ];
  const reasons = Object.entries(metrics.reasons).map(([reason, count]) => `${reason} ${count}`);
  return {
    lines: [
      `conversation: ${turns.length} turns in ${seconds.toFixed(0)} s. ${machine()}`,
      '',
      ...table(
        ['', '', 'target'],
        [
          ['turns answered exactly once, as they were to be', `${answeredOnce} of ${turns.length}`, 'all'],
          ['turns with a tool that ran it exactly once', `${toolsRunOnce} of ${toolTurns.length}`, 'all'],
          ['turns without one that ran one', `${falseRuns}`, '0'],
          ['largest gap at what leaves the lanes, in samples', `${gapSamples}`, '0'],
          ['samples that never left them', `${lostSamples}`, '0'],
          ['time in the fast lane', percent(shares.fast?.share ?? 0), ''],
          ['time in the big lane', percent(shares.big?.share ?? 0), ''],
          ['turns with a tool that were answered in the big lane', inBig(toolTurns), ''],
          ['  calculations among them', inBig(calculations), ''],
          ['switches a turn', (metrics.switches / turns.length).toFixed(2), ''],
          ['lanes that failed', `${metrics.failures}`, '0'],
        ],
      ),
      '',
      ...table(
        ['milliseconds', 'p50', 'p99', 'target'],
        [
          row('decision → switch to the big lane', times.decisionToBigMs),
          row('decision → switch to the fast lane', times.decisionToFastMs),
          row('end of turn → first samples of the answer, talk', times.talkMs),
          row('end of turn → first samples of the answer, calculations', times.calculationMs, `≤ ${targetMs}`),
          ...steps.slice(0, -1).map((step) => row(`  of it until: ${step}`, after(calculations, step))),
        ],
      ),
      '',
      `switches by reason: ${reasons.join(', ')}`,
    ],
    figures: {
      turns: turns.length,
      answeredOnce,
      toolTurns: toolTurns.length,
      toolsRunOnce,
      shares: { fast: rounded(shares.fast?.share ?? 0), big: rounded(shares.big?.share ?? 0) },
      switchesPerTurn: metrics.switches / turns.length,
      reasons: metrics.reasons,
      gapSamples,
      lostSamples,
      ...Object.fromEntries(
        Object.entries(times).map(([name, { p50, p99 }]) => [name, { p50: rounded(p50), p99: rounded(p99) }]),
      ),
    },
  };
};
