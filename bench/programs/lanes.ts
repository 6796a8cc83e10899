import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { identity, type MonoTypeOperatorFunction, Subject } from 'rxjs';
import { switchLanes } from '../../operators/switchLanes.js';
import type { VoiceFrame } from '../../src/audio.js';
import { isFrame, type LaneDecision, type VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { transform } from '../../src/transform.js';
import { type Budget, interleave, type Work } from './cpu.js';
import { microphone, speech } from './speech.js';

/** What to do. */
interface Plan extends Budget {
  readonly switches: number;
  /** Switches in real time, at the pace of a microphone. */
  readonly live: number;
}

/** What came of it. */
export interface LanesMeasured {
  /** CPU microseconds of a frame. */
  readonly bare: readonly number[];
  readonly lanes: readonly number[];
  /** From a decision to the first frame of the new lane, in milliseconds of media time. */
  readonly mediaMs: readonly number[];
  /** The same by the clock, at the pace of a microphone, decisions at any moment. */
  readonly realMs: readonly number[];
  /** Bytes more in use after the switches than after as many before them. */
  readonly grownBytes: number;
}

// The audio through lanes that do nothing, or hold three frames, against the same audio without.

type Entry = VoiceFrame | VoiceEvent;

const { switches, live, ...budget } = JSON.parse(process.argv[2] ?? '{}') as Plan;

/** A stage that holds three frames. */
const holding: MonoTypeOperatorFunction<VoiceFrame> = transform(() => {
  const held: VoiceFrame[] = [];
  return {
    next(frame, emit) {
      held.push(frame);
      if (held.length > 3) held.splice(0, 1).forEach(emit);
    },
    flush: (emit) => held.forEach(emit),
  };
});
const lanesOf = (big: Lane['audio']): readonly Lane[] => [
  { name: 'fast', audio: identity },
  { name: 'big', audio: big },
];
const to = (lane: string): LaneDecision => ({ lane, reason: 'bench', confidence: 1, at: 0 });

/** A stream that is driven by hand. */
const start = (
  operator: (lane$: Subject<LaneDecision>) => (source: Subject<Entry>) => ReturnType<Subject<Entry>['asObservable']>,
) => {
  const source = new Subject<Entry>();
  const lane$ = new Subject<LaneDecision>();
  const microphoneOf = microphone(speech());
  const heard = { frames: 0, samples: 0 };
  operator(lane$)(source).subscribe({
    next(entry) {
      if (!isFrame(entry)) return;
      heard.frames++;
      heard.samples += entry.samples.length;
    },
    error(error: unknown) {
      throw error;
    },
  });
  const frame = (): void => {
    // Written out, for a spread costs more than all that is measured here.
    const { samples, sampleRate, position } = microphoneOf();
    source.next({ samples, sampleRate, position, vad: 'speech', level: 0.1 });
  };
  return { frame, lane$, heard };
};

const workOf = (operator: Parameters<typeof start>[0]): Work => {
  const { frame, heard } = start(operator);
  return (count) => {
    const before = heard.frames;
    for (let at = 0; at < count; at++) frame();
    if (heard.frames - before !== count) throw new Error(`${heard.frames - before} frames instead of ${count}`);
  };
};

const cost = await interleave(
  {
    bare: workOf(() => (source) => source.asObservable()),
    lanes: workOf((lane$) => (source) => source.pipe(switchLanes(lane$, lanesOf(identity)))),
  },
  budget,
);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const inUse = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};
const many = start((lane$) => (source) => source.pipe(switchLanes(lane$, lanesOf(holding))));
// Room for all figures from the beginning, outside of the heap that is measured.
const waitedMs = new Float64Array(switches);
let given = 0;
let before = 0;
for (let count = -switches; count < switches; count++) {
  // The code is compiled and all is as large as it gets when as many switches have been.
  if (count === 0) before = inUse();
  many.lane$.next(to(count % 2 === 0 ? 'big' : 'fast'));
  // The new lane has its first frame with the next one of the microphone at the latest.
  const heardBefore = many.heard.frames;
  let waited = 0;
  do {
    many.frame();
    given++;
    waited++;
  } while (many.heard.frames === heardBefore);
  // A lane that holds frames gives them back later, which is its own doing.
  if (count > 0 && count % 2 === 1) waitedMs[count] = waited * 20;
}
const grownBytes = inUse() - before;
many.lane$.next(to('fast'));
if (many.heard.frames !== given) throw new Error(`${many.heard.frames} frames instead of ${given}`);

const mediaMs = [...waitedMs].filter((_, count) => count % 2 === 1);

const realMs: number[] = [];
const paced = start((lane$) => (source) => source.pipe(switchLanes(lane$, lanesOf(identity))));
const startedAt = performance.now();
for (let count = 0; count < live; count++) {
  const dueAt = startedAt + count * 20;
  // A decision at some moment between two frames, the same ones in every run.
  const decideAt = dueAt - ((count * 7) % 20);
  await until(decideAt);
  const decidedAt = performance.now();
  paced.lane$.next(to(count % 2 === 0 ? 'big' : 'fast'));
  await until(dueAt);
  paced.frame();
  realMs.push(performance.now() - decidedAt);
}
process.send?.({ ...cost, mediaMs, realMs, grownBytes } satisfies LanesMeasured, () => process.exit());

/** Waits for a moment of `performance.now()`. */
function until(moment: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, moment - performance.now())));
}
