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

const megabyte = 1_000_000;
const rounded = (value: number): number => Number(value.toFixed(3));

/**
 * What the pipeline adds to the way of the audio, and what a live session costs.
 *
 * One session at real-time pace, speech without a pause in both directions, against a server in another process that answers each frame at
 * once; and turns against the simulator. Devices are left out; the way to the process that holds them is reported apart.
 */
export const latency = async (budget: 'full' | 'quick'): Promise<Report> => {
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
  const { fileOf } = programs;
  const empty = await runProgram<{ readonly rss: number }>(fileOf('empty'), 1000);
  const session = await runProgram<LiveSession>(fileOf('live-session'), { server: fileOf('echo-server'), seconds });
  const answers = await runProgram<Turns>(fileOf('turns'), { server: fileOf('simulator-server'), turns });
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
      `latency: milliseconds. ${machine()}`,
      '',
      ...table(
        [`${session.loopback.length} frames of 20 ms, in real time`, 'p50', 'p99', 'target'],
        [
          row('device frame → socket', times.deviceToSocketMs, '≤ 10'),
          row('socket → device write', times.socketToDeviceMs, '≤ 10'),
          row('both, with loopback and an answer at once', times.loopbackMs, '≤ 50'),
          row(`end of turn → first samples of the answer (simulator, ${answers.length} turns)`, times.turnMs, '≤ 50'),
          row('apart: process of the microphone → pipeline', times.hostToPipeMs),
          row('apart: pipeline → process of the loudspeaker', times.pipeToHostMs),
        ],
      ),
      '',
      ...table(
        ['one live session', '', 'target'],
        [
          ['CPU', `${session.cpuPercent.toFixed(2)} % of a core`, '≤ 5 %'],
          ['memory above an empty Node process', `${rssMegabytes.toFixed(1)} MB`, '≤ 50 MB'],
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
