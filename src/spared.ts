import { type AudioFrame, durationOf, endOf, type Millis, samplesIn } from './audio.js';
import { clock } from './clock.js';
import type { FrameProcessor } from './dsp/frame-processor.js';
import { type SampleQueue, sampleQueue } from './dsp/sample-queue.js';
import type { AudioStageEvent } from './events.js';
import { stageHealth } from './stage-health.js';
import { stageTiming } from './stage-timing.js';

export interface SparedConfig {
  /** What events call it. */
  readonly name: string;
  /** How long it may take for 20 ms of audio, in milliseconds; for a longer frame as many times as long. */
  readonly budgetMs: Millis;
  /** Told of each bypass, each return, and of the times about once a second of audio. */
  readonly report: (event: AudioStageEvent) => void;
}

/** Of what budgets are stated. */
const frameMs: Millis = 20;

const limits = { maxFailures: 3, restMs: 1000 };
const timingsMs: Millis = 1000;

/** What a treatment hears again before it returns, beside its delay: windows and estimates begin with silence. */
const warmUpMs: Millis = 40;

/**
 * Spares a treatment that throws, or takes too long three times in a row: the sound goes past it for a second, as late as it would come out of it, so that
 * nothing jumps in time. Then it is begun anew, hears what was last, and is tried with a frame.
 *
 * What took too long is used, for it is there.
 */
export const spared = (processor: FrameProcessor, { name, budgetMs, report }: SparedConfig): FrameProcessor => {
  const timing = stageTiming(name);
  const health = stageHealth(name, limits);
  let dry: SampleQueue | undefined;
  let recent: AudioFrame[] = [];
  let untoldMs: Millis = 0;
  let mustBegin = false;

  const forget = (): void => {
    dry = undefined;
    recent = [];
  };
  /** The sound as it came, late by the treatment's delay; it goes by unless it is needed. */
  const past = ({ samples, sampleRate }: AudioFrame, isNeeded: boolean): Int16Array => {
    if (processor.delayMs === 0) return samples;
    dry ??= sampleQueue(samplesIn(processor.delayMs, sampleRate));
    dry.push(samples);
    if (isNeeded) return dry.take(samples.length);
    dry.skip(samples.length);
    return samples;
  };
  const remember = (frame: AudioFrame): void => {
    recent.push(frame);
    const needed = samplesIn(processor.delayMs + warmUpMs, frame.sampleRate);
    while (recent[1] && endOf(frame) - recent[1].position >= needed) recent.shift();
  };
  const tell = (frame: AudioFrame, isTreated: boolean): void => {
    timing.left(isTreated);
    const change = health.change(isTreated);
    if (change) report(change);
    untoldMs += durationOf(frame.samples.length, frame.sampleRate);
    if (untoldMs < timingsMs) return;
    untoldMs = 0;
    report({ type: 'audio.stage_timings', stages: [timing.take()] });
  };
  /** Undefined where it threw. */
  const attempt = (frame: AudioFrame): Int16Array | undefined => {
    let startedAt = clock.now();
    try {
      if (mustBegin) {
        processor.reset();
        for (const heard of recent) processor.process(heard);
        mustBegin = false;
        startedAt = clock.now();
      }
      const samples = processor.process(frame);
      const durationMs = clock.now() - startedAt;
      timing.worked(durationMs);
      const lengthMs = durationOf(frame.samples.length, frame.sampleRate);
      if (durationMs <= budgetMs * Math.max(1, lengthMs / frameMs)) health.succeed();
      else mustBegin = health.fail({ reason: 'overrun', durationMs });
      return samples;
    } catch (error) {
      mustBegin = true;
      health.fail({ reason: 'threw', error, durationMs: clock.now() - startedAt });
      return undefined;
    }
  };

  return {
    get delayMs() {
      return processor.delayMs;
    },
    process(frame) {
      if (frame.samples.length === 0) return frame.samples;
      if (recent[0] && recent[0].sampleRate !== frame.sampleRate) forget();
      const treated = health.rests(frame) ? undefined : attempt(frame);
      const passed = past(frame, treated === undefined);
      remember(frame);
      tell(frame, treated !== undefined);
      return treated ?? passed;
    },
    reset() {
      processor.reset();
      forget();
    },
    close: () => processor.close(),
  };
};
