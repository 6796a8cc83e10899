import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { audioStages } from './audio-stages.js';
import { type Budget, interleave } from './cpu.js';

interface Plan extends Budget {
  readonly stage: string;
  /** Frames over which the heap is watched. */
  readonly frames: number;
}

/** What came of it. */
export interface AudioMeasured {
  readonly micros: readonly number[];
  /** Bytes more in use after `frames` further frames. */
  readonly grownBytes: number;
}

const { stage, frames, ...budget } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const step = await audioStages[stage]?.open();
if (!step) throw new Error(`no such stage: ${stage}`);
const run = (count: number): void => {
  for (let at = 0; at < count; at++) step();
};

const { work } = await interleave({ work: run }, budget);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Memory of typed arrays, and of WebAssembly, lies outside of the heap. */
const inUse = (): number => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
run(Math.ceil(frames / 10));
const before = inUse();
run(frames);
process.send?.({ micros: work, grownBytes: inUse() - before } satisfies AudioMeasured, () => process.exit());
