import { bundle } from './bundle.js';
import type { HostHop } from './programs/host-hop.js';
import type { LiveSession } from './programs/live-session.js';
import type { Turns } from './programs/turns.js';
import { machine, type Report, table } from './report.js';
import { runProgram } from './run-program.js';
import { percentiles } from './statistics.js';

const budgets = {
  full: { seconds: 20, hopSeconds: 10, turns: 100 },
  quick: { seconds: 1, hopSeconds: 1, turns: 2 },
} as const;

/** What rxvox may add (PARITY of the interfaces that it takes over). */
const targets = {
  fast: { wayMs: 10, loopMs: 50, cpuPercent: 5, megabytes: 50 },
  big: { wayMs: 200, loopMs: 200, cpuPercent: 15, megabytes: 150 },
} as const;

export interface LatencyConfig {
  /**
   * The shortest way, or a big lane with all that it may have.
   * @default 'fast'
   */
  readonly lane?: 'fast' | 'big';
}

const megabyte = 1_000_000;
const rounded = (value: number): number => Number(value.toFixed(3));

/**
 * What the pipeline adds to the way of the audio, and what a live session costs.
 *
 * One session at real-time pace, speech without a pause in both directions, against a server in another process that answers each frame at
 * once; and turns against the simulator. Devices are left out; the way to the process that holds them is reported apart.
 */
export const latency = async (budget: 'full' | 'quick', { lane = 'fast' }: LatencyConfig = {}): Promise<Report> => {
  await using programs = await bundle([
    'live-session',
    'echo-server',
    'turns',
    'simulator-server',
    'host-hop',
    'device-host',
    'empty',
  ]);
  const { seconds, hopSeconds, turns } = budgets[budget];
  const target = targets[lane];
  const { fileOf } = programs;
  const empty = await runProgram<{ readonly rss: number }>(fileOf('empty'), 1000);
  const session = await runProgram<LiveSession>(fileOf('live-session'), { server: fileOf('echo-server'), seconds, lane });
  const answers = await runProgram<Turns>(fileOf('turns'), { server: fileOf('simulator-server'), turns, lane });
  const hop = await runProgram<HostHop>(fileOf('host-hop'), { host: fileOf('device-host'), seconds: hopSeconds });

  const times = {
    deviceToSocketMs: percentiles(session.deviceToSocket),
    socketToDeviceMs: percentiles(session.socketToDevice),
    loopbackMs: percentiles(session.loopback),
    turnMs: percentiles(answers),
    hostToPipeMs: percentiles(hop.fromDevice),
    pipeToHostMs: percentiles(hop.toDevice),
  };
  const rssMegabytes = (session.rss - empty.rss) / megabyte;
  const row = (what: string, { p50, p99 }: { readonly p50: number; readonly p99: number }, target = ''): string[] => [
    what,
    p50.toFixed(3),
    p99.toFixed(3),
    target,
  ];
  return {
    lines: [
      `latency: milliseconds, ${lane} lane. ${machine()}`,
      '',
      ...table(
        [`${session.loopback.length} frames of 20 ms, in real time`, 'p50', 'p99', 'target'],
        [
          row('device frame → socket', times.deviceToSocketMs, `≤ ${target.wayMs}`),
          row('socket → device write', times.socketToDeviceMs, `≤ ${target.wayMs}`),
          row('both, with loopback and an answer at once', times.loopbackMs, `≤ ${target.loopMs}`),
          row(
            `end of turn → first samples of the answer (simulator, ${answers.length} turns)`,
            times.turnMs,
            `≤ ${target.loopMs}`,
          ),
          row('apart: process of the microphone → pipeline', times.hostToPipeMs),
          row('apart: pipeline → process of the loudspeaker', times.pipeToHostMs),
        ],
      ),
      '',
      ...table(
        ['one live session', '', 'target'],
        [
          ['CPU', `${session.cpuPercent.toFixed(2)} % of a core`, `≤ ${target.cpuPercent} %`],
          ['memory above an empty Node process', `${rssMegabytes.toFixed(1)} MB`, `≤ ${target.megabytes} MB`],
        ],
      ),
    ],
    figures: {
      ...Object.fromEntries(
        Object.entries(times).map(([name, { p50, p99 }]) => [name, { p50: rounded(p50), p99: rounded(p99) }]),
      ),
      cpuPercent: rounded(session.cpuPercent),
      rssMegabytes: rounded(rssMegabytes),
    },
  };
};
