import { bundle } from './bundle.js';
import type { Callers } from './programs/callers.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { percentiles } from './statistics.js';

export interface SessionsConfig {
  /** @default 500, or 4 when quick */
  readonly sessions?: number;
  /** @default 60, or 3 when quick */
  readonly seconds?: number;
}

const budgets = {
  full: { sessions: 500, warmUpSeconds: 10, seconds: 60 },
  quick: { sessions: 4, warmUpSeconds: 0, seconds: 3 },
} as const;

const megabyte = 1_000_000;
const rounded = (value: number): number => Number(value.toFixed(2));

const list = (sizes: readonly number[]): string => sizes.map((size) => size.toFixed(0)).join(', ');

/**
 * What one simulator process can hold: voice sessions that stream 24 kHz audio at the pace of a microphone, speak for two
 * of every ten seconds, each at another time, and are answered in speech. The callers are in another process.
 */
export const sessions = async (budget: 'full' | 'quick', config: SessionsConfig = {}): Promise<Report> => {
  await using programs = await bundle(['callers', 'session-server']);
  const plan = { ...budgets[budget], ...config };
  const server = programs.fileOf('session-server');
  const result = await runProgram<Callers>(programs.fileOf('callers'), { server, ...plan });

  const turnMs = percentiles(result.turnMs);
  const lateMs = percentiles(result.lateMs);
  const rss = result.costs.map((cost) => rounded(cost.rss / megabyte));
  const live = result.costs.map((cost) => rounded(cost.live / megabyte));
  const failures = [...result.errors, ...Array.from({ length: result.turns - result.answers }, () => 'no answer')];
  return {
    lines: [
      `sessions: ${plan.sessions} at once for ${plan.seconds} s. ${machine()}`,
      '',
      ...table(
        ['the simulator, one process', '', 'target'],
        [
          ['errors', `${failures.length}`, '0'],
          ['answers to turns', `${result.answers} to ${result.turns}`],
          ['audio said', `${result.audioSeconds.toFixed(0)} s`],
          ['CPU', `${result.cpuPercent.toFixed(0)} % of a core`, '≤ 100 %'],
          ['memory at the start, half-way, at the end', `${list(rss)} MB`, 'flat'],
          ['of it in use', `${list(live)} MB`, 'flat'],
          ['end of turn → committed, p50', `${turnMs.p50.toFixed(1)} ms`],
          ['end of turn → committed, p99', `${turnMs.p99.toFixed(1)} ms`],
          ['apart: how late the callers spoke, p99', `${lateMs.p99.toFixed(1)} ms`],
        ],
      ),
      ...[...new Set(failures)].map((failure) => `${failures.filter((each) => each === failure).length} × ${failure}`),
    ],
    figures: {
      sessions: plan.sessions,
      seconds: plan.seconds,
      errors: failures.length,
      turns: result.turns,
      answers: result.answers,
      audioSeconds: rounded(result.audioSeconds),
      cpuPercent: rounded(result.cpuPercent),
      rssMegabytes: rss,
      liveMegabytes: live,
      turnMs: { p50: rounded(turnMs.p50), p99: rounded(turnMs.p99) },
      lateMs: { p50: rounded(lateMs.p50), p99: rounded(lateMs.p99) },
    },
  };
};
