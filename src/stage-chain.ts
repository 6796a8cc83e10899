import { durationOf, type Millis, type VoiceFrame } from './audio.js';
import type { AudioStage } from './audio-stage.js';
import { isFrame, type VoiceEvent } from './events.js';
import { createFifo } from './fifo.js';
import type { StageLimits } from './stage-health.js';
import { runStage, type StageRun } from './stage-run.js';

type Entry = VoiceFrame | VoiceEvent;

export interface StageChainConfig extends StageLimits {
  /** How much audio there is between two timings. */
  readonly timingsMs: Millis;
}

/** Stages that run one after the other: what one gives is pushed into the next, and the last one's is emitted with their timings. */
export const stageChain = (
  stages: readonly AudioStage[],
  { timingsMs, ...limits }: StageChainConfig,
  emit: (entry: Entry) => void,
): Pick<StageRun, 'push' | 'end' | 'stop'> => {
  const runs: StageRun[] = [];
  let untoldMs: Millis = 0;

  const tellTimings = (): void => {
    untoldMs = 0;
    if (runs.length > 0) emit({ type: 'audio.stage_timings', stages: runs.map(({ timing }) => timing.take()) });
  };
  const last = (entry: Entry): void => {
    emit(entry);
    if (!isFrame(entry)) return;
    untoldMs += durationOf(entry.samples.length, entry.sampleRate);
    if (untoldMs >= timingsMs) tellTimings();
  };

  // One thing at a time, through all stages: what arises while an entry is emitted must not overtake it.
  const fifo = createFifo<Entry | (() => void)>({
    handle: (entry) => (typeof entry === 'function' ? entry() : first(entry)),
    idle: () => undefined,
    overflow: () => undefined,
    limit: Number.POSITIVE_INFINITY,
  });
  let first = last;
  for (const stage of stages.toReversed()) {
    const run = runStage(stage, { ...limits, give: first, later: fifo.push });
    runs.unshift(run);
    first = run.push;
  }
  fifo.start();

  return {
    push: fifo.push,
    end(done) {
      const finish = (): void => {
        if (untoldMs > 0 && timingsMs !== Number.POSITIVE_INFINITY) tellTimings();
        done();
      };
      fifo.push(runs.reduceRight<() => void>((next, run) => () => run.end(next), finish));
    },
    stop() {
      fifo.stop();
      for (const run of runs) run.stop();
    },
  };
};
