import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Caller, call, type Log } from './caller.js';
import type { Cost } from './session-server.js';
import type { Told } from './ws-server.js';

/** What to do. */
interface Plan {
  /** The simulator. */
  readonly server: string;
  readonly sessions: number;
  /** Before the measurement, so that each has been answered once, and code and memory are what they will be. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What came of it. */
export interface Callers {
  /** Of the simulator, in percent of a core. */
  readonly cpuPercent: number;
  /** Of the simulator: at the start, after half of the time, at the end. */
  readonly costs: readonly [Cost, Cost, Cost];
  readonly turns: number;
  readonly answers: number;
  /** Audio that came back, in seconds. */
  readonly audioSeconds: number;
  /** From the frame that ended a turn to `input_audio_buffer.committed`, one for each turn. */
  readonly turnMs: readonly number[];
  /** How late frames were sent, one for each round of frames: what the other figures must be read against. */
  readonly lateMs: readonly number[];
  readonly errors: readonly string[];
}

// Many callers in one process, each at the pace of a microphone, and the simulator in another.

const frameMs = 20;
const { server, sessions, warmUpSeconds, seconds } = JSON.parse(process.argv[2] ?? '{}') as Plan;

const service = fork(server);
service.once('exit', (code) => {
  throw new Error(`the simulator ended with code ${code}`);
});
const [{ port }] = (await once(service, 'message')) as [Told];
const cost = async (): Promise<Cost> => {
  service.send('cost');
  return ((await once(service, 'message')) as [Cost])[0];
};

const log: Log = { turnMs: [], errors: [] };
const lateMs: number[] = [];
const callers: Caller[] = [];
// One after the other: how many can knock at once is another question.
for (let count = 0; count < sessions; count++)
  callers.push(await call(`ws://127.0.0.1:${port}/v1/realtime`, count / sessions, log));

/** Speaks until that many frames were sent by all together: evenly spread, by deadline. */
const speakUntil = async (frames: number): Promise<void> => {
  for (; sent < frames; await wait(1)) {
    const now = performance.now() - startedAt;
    const due = Math.min(frames, 1 + Math.floor((now * sessions) / frameMs));
    for (; sent < due; sent++) {
      callers[sent % sessions]?.speak();
      if (sent % sessions === 0) lateMs.push(performance.now() - startedAt - (sent * frameMs) / sessions);
    }
  }
};

const sum = (of: (caller: Caller) => number): number => callers.reduce((total, caller) => total + of(caller), 0);
const framesIn = (time: number): number => Math.round((sessions * time * 1000) / frameMs);

const startedAt = performance.now();
let sent = 0;
await speakUntil(framesIn(warmUpSeconds));
log.turnMs.length = 0;
lateMs.length = 0;
const measuredAt = performance.now();
const atStart = await cost();
await speakUntil(framesIn(warmUpSeconds + seconds / 2));
const inBetween = await cost();
await speakUntil(framesIn(warmUpSeconds + seconds));
const atEnd = await cost();
const elapsedMs = performance.now() - measuredAt;
if (atEnd.connections !== sessions) log.errors.push(`${atEnd.connections} connections`);

// The last turns are still being answered.
for (let count = 0; count < 100 && sum(({ answers }) => answers) < sum(({ turns }) => turns); count++) await wait(100);
const result: Callers = {
  cpuPercent: (atEnd.cpuMicros - atStart.cpuMicros) / 10 / elapsedMs,
  costs: [atStart, inBetween, atEnd],
  turns: sum(({ turns }) => turns),
  answers: sum(({ answers }) => answers),
  audioSeconds: sum(({ audioSeconds }) => audioSeconds),
  turnMs: log.turnMs,
  lateMs,
  errors: log.errors,
};
await Promise.all(callers.map((caller) => caller.hangUp()));
process.send?.(result, () => process.exit());
