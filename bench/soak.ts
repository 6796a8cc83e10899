import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { catchError, defer, EMPTY, interval, merge, of, repeat, Subject, takeUntil, tap } from 'rxjs';
import { linearRegression, quantile } from 'simple-statistics';
import { randomFrom, seedOf } from '../src/faults/random.js';
import { openai } from '../src/providers/openai.js';
import { createVerdict } from './programs/promises.js';
import { type Counts, soakSession } from './programs/soak-session.js';
import { watchConversation } from './programs/watch-conversation.js';
import type { Told } from './programs/ws-server.js';

// Conversations for minutes or hours while everything goes wrong, and what came of their promises: `--hours 8` for a night.
// Ends with 1 when one was broken.

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    hours: { type: 'string' },
    sessions: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(performance.timeOrigin) % 1_000_000) },
  },
});
const number = (name: string, text: string): number => {
  const value = Number(text);
  if (value > 0) return value;
  process.stderr.write(`soak: --${name} must be a number above 0, got "${text}"\n`);
  process.exit(2);
};
const minutes = values.hours === undefined ? number('minutes', values.minutes) : 60 * number('hours', values.hours);
const sessions = number('sessions', values.sessions);
const seed = number('seed', values.seed);
const megabyte = 1_000_000;
/** Megabytes a minute; memory that grows faster is a leak. Judged when there was time to see it: the process itself takes its room in the first minutes. */
const slopeLimits = [
  { kind: 'heap', most: 10, fromMinutes: 3 },
  { kind: 'heap', most: 1, fromMinutes: 60 },
  { kind: 'rss', most: 2, fromMinutes: 60 },
] as const;
const settleMs = 90_000;
/** Sockets whose peer does not answer the close are given 1 s, on a machine that has the time. */
const closeMs = 30_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const handles = (): Readonly<Record<string, number>> => {
  const all: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'Timeout' && kind !== 'Immediate') all[kind] = (all[kind] ?? 0) + 1;
  }
  return all;
};
const more = (before: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(handles()).flatMap(([kind, count]) =>
    count > (before[kind] ?? 0) ? [`${count - (before[kind] ?? 0)} handles more of ${kind}`] : [],
  );

say(`soak: ${sessions} conversations at a time, ${minutes} minutes, seed ${seed}`);
const server = fork(new URL('./programs/soak-server.ts', import.meta.url), [JSON.stringify({ seed })], {
  execArgv: ['--import', 'tsx'],
});
const [{ port }] = (await once(server, 'message')) as [Told];
const provider = openai({ name: 'soak', apiKey: 'sk-soak', url: `ws://127.0.0.1:${port}/v1/realtime` });

const verdict = createVerdict();
const counts = { asked: 0, toolRuns: 0, frames: 0 } satisfies Counts;
const seen = { conversations: 0, answered: 0, losses: 0, restored: 0, rotations: 0 };
const gapsMs: number[] = [];
process.on('uncaughtException', (error) => verdict.look('also', false, () => `uncaught: ${error.stack}`));
process.on('unhandledRejection', (error) => verdict.look('also', false, () => `unhandled: ${String(error)}`));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const before = handles();
const startedAt = performance.now();
const minute = (): number => (performance.now() - startedAt) / 60_000;
const ended = new Subject<void>();
const memory: { readonly minute: number; readonly heap: number; readonly rss: number }[] = [];
let open = sessions;

/** One conversation after the other, of one to four minutes each. */
const caller = (index: number) => {
  const random = randomFrom(seedOf(seed, index));
  const talk$ = defer(() => {
    const name = `conversation ${++seen.conversations}`;
    const until = Math.min(minutes, minute() + 1 + 3 * random());
    const watch = watchConversation(name, verdict);
    return soakSession({ provider, random, isOver: () => minute() >= until, counts, watch }).pipe(
      tap((event) => {
        if (event.type === 'response.done' && event.response.status === 'completed') seen.answered++;
        if (event.type === 'connection.lost') seen.losses++;
        if (event.type === 'connection.rotating') seen.rotations++;
        if (event.type === 'connection.restored') seen.restored++;
        if (event.type === 'connection.restored' && event.gapMs > 0 && gapsMs.length < 100_000) gapsMs.push(event.gapMs);
      }),
      catchError((error: unknown) => {
        verdict.look('also', false, () => `${name}: gave up: ${String(error)}`);
        return EMPTY;
      }),
    );
  });
  return talk$.pipe(
    repeat({ delay: () => (minute() < minutes ? of(0) : EMPTY) }),
    tap({ complete: () => open-- }),
    takeUntil(ended),
  );
};

const watching = interval(5000).subscribe({
  next() {
    // Afterwards conversations end, and memory with them.
    if (minute() > minutes) return;
    // What is alive: how much room the collector takes besides is its own affair.
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    memory.push({ minute: minute(), heap: heapUsed / megabyte, rss: rss / megabyte });
    if (memory.length % 6 === 0) {
      say(`${minute().toFixed(1)} min: ${JSON.stringify({ ...seen, ...counts, broken: verdict.broken.length })}`);
    }
  },
  error: () => undefined,
});
const running = merge(...Array.from({ length: sessions }, (_, index) => caller(index))).subscribe({ error: () => undefined });
await pause(minutes * 60_000);
const deadline = performance.now() + settleMs;
while (open > 0 && performance.now() < deadline) await pause(200);
verdict.look('P2', open === 0, () => `${open} conversations did not come to an end within ${settleMs / 1000} s`);
ended.next();
running.unsubscribe();
watching.unsubscribe();
const closedBy = performance.now() + closeMs;
while (more(before).length > 0 && performance.now() < closedBy) await pause(200);

const left = more(before);
verdict.look('P2', left.length === 0, () => left.join(', '));
const late = memory.slice(Math.floor(memory.length / 3));
const slopeOf = (kind: 'heap' | 'rss'): number => linearRegression(late.map((point) => [point.minute, point[kind]])).m;
for (const { kind, most, fromMinutes } of slopeLimits) {
  if (minutes < fromMinutes) continue;
  verdict.look('P7', slopeOf(kind) <= most, () => `${kind} grows by ${slopeOf(kind).toFixed(1)} MB a minute`);
}
say(JSON.stringify({ ...seen, ...counts }));
const [p50 = 0, p95 = 0, longest = 0] = gapsMs.length > 0 ? quantile(gapsMs, [0.5, 0.95, 1]) : [];
say(`gaps: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`);
for (const kind of ['heap', 'rss'] as const) {
  const [first, last] = [late.at(0)?.[kind] ?? 0, late.at(-1)?.[kind] ?? 0];
  say(`${kind}: ${first.toFixed(0)} to ${last.toFixed(0)} MB, ${slopeOf(kind).toFixed(2)} MB a minute`);
}
say(`handles before ${JSON.stringify(before)}, after ${JSON.stringify(handles())}`);
for (const line of verdict.report()) say(line);
const { broken } = verdict;
say(broken.length === 0 ? 'all promises kept' : `${broken.length} promises broken; again with --seed ${seed}`);
server.disconnect();
process.exitCode = broken.length === 0 ? 0 : 1;
