import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { catchError, EMPTY, firstValueFrom, lastValueFrom, merge, Subject, shareReplay, takeUntil, tap, timer } from 'rxjs';
import { randomFrom, seedOf } from '../src/faults/random.js';
import { type Counts, soakSession } from './programs/soak-session.js';
import type { Told } from './programs/ws-server.js';

// Sessions that talk for minutes or hours while everything goes wrong, and what came of it: `--minutes 480` for a night.

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    sessions: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(performance.timeOrigin) % 1_000_000) },
  },
});
const [minutes, sessions, seed] = [Number(values.minutes), Number(values.sessions), Number(values.seed)];
const megabyte = 1_000_000;
/** Memory that grows by more than this an hour is a leak; judged when there was time to see it. */
const slopeLimit = { megabytesPerMinute: 10, fromMinutes: 3 };
const settleMs = 90_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const handles = (): Readonly<Record<string, number>> => {
  const all: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) all[kind] = (all[kind] ?? 0) + 1;
  return all;
};
/** Least squares, in units a minute. */
const slopeOf = (points: readonly (readonly [minute: number, value: number])[]): number => {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
};
const part = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;

say(`soak: ${sessions} sessions, ${minutes} minutes, seed ${seed}`);
const server = fork(new URL('./programs/soak-server.ts', import.meta.url), [JSON.stringify({ seed })], {
  execArgv: ['--import', 'tsx'],
});
const [{ port }] = (await once(server, 'message')) as [Told];
const url = `ws://127.0.0.1:${port}/v1/realtime`;

const counts: Counts = {
  asked: 0,
  answered: 0,
  losses: 0,
  restored: 0,
  rotations: 0,
  toolRuns: 0,
  frames: 0,
  gapsMs: [],
  broken: [],
};
process.on('uncaughtException', (error) => counts.broken.push(`uncaught: ${error.stack}`));
process.on('unhandledRejection', (error) => counts.broken.push(`unhandled: ${String(error)}`));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const before = handles();
const startedAt = performance.now();
const minute = (): number => (performance.now() - startedAt) / 60_000;
const over$ = timer(minutes * 60_000).pipe(shareReplay({ bufferSize: 1, refCount: false }));
const ended = new Subject<void>();
const memory: (readonly [number, number])[] = [];
let open = sessions;

const each$ = Array.from({ length: sessions }, (_, index) => {
  const name = `session ${index + 1}`;
  const random = randomFrom(seedOf(seed, index));
  return soakSession({ name, url, random, isOver: () => minute() >= minutes, counts }).pipe(
    tap({
      next(event) {
        if (event.type === 'response.done' && event.response.status === 'completed') counts.answered++;
        if (event.type === 'connection.lost') counts.losses++;
        if (event.type === 'connection.rotating') counts.rotations++;
        if (event.type === 'connection.restored') {
          counts.restored++;
          if (event.droppedMs > 0) counts.broken.push(`${name}: ${event.droppedMs} ms of speech dropped`);
          if (event.gapMs > 0 && counts.gapsMs.length < 100_000) counts.gapsMs.push(event.gapMs);
        }
        if (event.type === 'error' && event.error.code !== 'response_cancel_not_active') {
          counts.broken.push(`${name}: refused: ${event.error.code ?? event.error.message}`);
        }
        if (event.type.startsWith('diagnostic.')) counts.broken.push(`${name}: ${event.type}`);
      },
      error: (error: unknown) => counts.broken.push(`${name}: gave up: ${String(error)}`),
      finalize: () => {
        open--;
      },
    }),
  );
});

const watching = timer(5000, 5000).subscribe({
  next() {
    // What is alive: how much room the collector takes besides is its own affair.
    collect();
    memory.push([minute(), process.memoryUsage().heapUsed / megabyte]);
    if (memory.length % 6 === 0)
      say(`${minute().toFixed(1)} min: ${JSON.stringify({ ...counts, gapsMs: counts.gapsMs.length })}`);
  },
  error: () => undefined,
});
const all$ = merge(
  ...each$.map((one$) =>
    one$.pipe(
      // One that gives up is told of, and takes nobody with it.
      catchError(() => EMPTY),
      takeUntil(ended),
    ),
  ),
);
const running = all$.subscribe({ error: () => undefined });
await firstValueFrom(over$, { defaultValue: 0 });
const deadline = performance.now() + settleMs;
while (open > 0 && performance.now() < deadline) await lastValueFrom(timer(200), { defaultValue: 0 });
if (open > 0) counts.broken.push(`${open} conversations did not come to an end within ${settleMs / 1000} s`);
ended.next();
running.unsubscribe();
watching.unsubscribe();
// Sockets whose peer does not answer the close are given 1 s.
await lastValueFrom(timer(2500), { defaultValue: 0 });

const after = handles();
const late = memory.slice(Math.floor(memory.length / 3));
const slope = slopeOf(late);
for (const [kind, count] of Object.entries(after)) {
  const more = count - (before[kind] ?? 0);
  if (more > 0 && kind !== 'Timeout' && kind !== 'Immediate') counts.broken.push(`${more} handles more of ${kind}`);
}
if (minutes >= slopeLimit.fromMinutes && slope > slopeLimit.megabytesPerMinute) {
  counts.broken.push(`memory grows by ${slope.toFixed(1)} MB a minute`);
}
const { broken, gapsMs, ...figures } = counts;
say(JSON.stringify(figures));
say(
  `gaps: p50 ${part(gapsMs, 0.5).toFixed(0)} ms, p95 ${part(gapsMs, 0.95).toFixed(0)} ms, longest ${part(gapsMs, 1).toFixed(0)} ms`,
);
say(`live memory: ${late.at(0)?.[1].toFixed(0)} to ${late.at(-1)?.[1].toFixed(0)} MB, ${slope.toFixed(2)} MB a minute`);
say(`handles before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
for (const line of [...new Set(broken)].slice(0, 40)) say(`BROKEN ${line}`);
say(broken.length === 0 ? 'all promises kept' : `${broken.length} promises broken; again with --seed ${seed}`);
server.disconnect();
process.exitCode = broken.length === 0 ? 0 : 1;
