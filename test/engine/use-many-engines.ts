import { setTimeout as pause } from 'node:timers/promises';
import { VoiceEngine } from '../../src/node/voice-engine.js';

// A process of its own, for the garbage collector and the handles: `node --expose-gc --import tsx use-many-engines.ts URL COUNT`. Prints what is left.

type Handles = Readonly<Record<string, number>>;

export interface ManyEngines {
  readonly answers: number;
  readonly unhandled: number;
  /** Bytes, with all garbage collected, before the engines and after them. */
  readonly heap: { readonly before: number; readonly after: number };
  /** Sockets, timers and whatever else keeps a process alive, by their kind: how many more there are than when the process began. */
  readonly handles: Handles;
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

const handles = (): Handles => {
  const kinds = process.getActiveResourcesInfo();
  return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((other) => other === kind).length]));
};
const atFirst = handles();
const left = (): Handles =>
  Object.fromEntries(
    Object.entries(handles())
      .map(([kind, now]) => [kind, now - (atFirst[kind] ?? 0)] as const)
      .filter(([, more]) => more > 0),
  );

/** Waits until no more of them go, collects, and measures. */
const settled = async (): Promise<number> => {
  const until = performance.now() + patienceMs;
  while (Object.keys(left()).length > 0 && performance.now() < until) await pause(50);
  for (let times = 0; times < 3; times++) {
    await pause(20);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
};

await use(warmUp);
const before = await settled();
answers = 0;
await use(Number(count));
const after = await settled();
const told: ManyEngines = { answers, unhandled, heap: { before, after }, handles: left() };
// What is left would keep the process alive.
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit());
