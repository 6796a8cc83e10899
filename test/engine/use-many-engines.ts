import { setTimeout as pause } from 'node:timers/promises';
import { VoiceEngine } from '../../src/node/voice-engine.js';

// A process of its own, for the garbage collector and the handles: `node --expose-gc --import tsx use-many-engines.ts URL COUNT`. Prints what is left.

/** What is there when all is collected. */
export interface Left {
  readonly heapBytes: number;
  /** Sockets, timers and whatever else keeps a process alive, by their kind. */
  readonly handles: Readonly<Record<string, number>>;
}

export interface ManyEngines {
  readonly answers: number;
  readonly unhandled: number;
  readonly before: Left;
  readonly after: Left;
}

const [url = '', count = '0'] = process.argv.slice(2);
const batch = 25;
/** The first ones fill what is kept for good: code, tables, caches. */
const warmUp = 200;
/** How long what closes late may take, on a machine that has no time. */
const patienceMs = 30_000;

let answers = 0;
let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});

/** A life: a turn in writing or in speech, and its answer. */
const live = async (index: number): Promise<void> => {
  await using engine = await VoiceEngine.open(
    { provider: 'simulator', metadata: { endpoint: url }, enableTranscription: index % 4 === 0 },
    { loudspeaker: undefined },
  );
  const answered = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
  if (index % 2 === 0) await engine.sendText('hello');
  else await engine.sendRecordedAudio(new Int16Array(4800));
  await answered;
  answers += 1;
};

const use = async (engines: number): Promise<void> => {
  for (let at = 0; at < engines; at += batch) {
    await Promise.all(Array.from({ length: Math.min(batch, engines - at) }, (_, index) => live(at + index)));
  }
};

const handles = (): Readonly<Record<string, number>> => {
  const kinds = process.getActiveResourcesInfo();
  return Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((other) => other === kind).length]));
};

/** Waits until no more of them go. */
const settled = async (isEnough: () => boolean): Promise<Left> => {
  const until = performance.now() + patienceMs;
  while (!isEnough() && performance.now() < until) await pause(50);
  for (let times = 0; times < 3; times++) {
    await pause(20);
    globalThis.gc?.();
  }
  return { heapBytes: process.memoryUsage().heapUsed, handles: handles() };
};

await use(warmUp);
const before = await settled(() => !('TCPSocketWrap' in handles()));
answers = 0;
await use(Number(count));
const after = await settled(() => Object.entries(handles()).every(([kind, now]) => now <= (before.handles[kind] ?? 0)));
process.stdout.write(`${JSON.stringify({ answers, unhandled, before, after } satisfies ManyEngines)}\n`);
