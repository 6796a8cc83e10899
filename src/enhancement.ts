import { durationOf, type Hertz, type Millis } from './audio.js';
import { type ClarityConfig, voiceClarity } from './dsp/clarity.js';
import type { FrameProcessor } from './dsp/frame-processor.js';
import { type GainControlConfig, gainControl } from './dsp/gain-control.js';
import { assertNoiseModel, loadNoiseReducer, type NoiseModel } from './dsp/noise-reducer.js';
import { rnnoiseDelay } from './dsp/rnnoise.js';
import { speexDelay } from './dsp/speex-noise.js';
import type { AudioStageEvent } from './events.js';
import { type SparedConfig, spared } from './spared.js';

/** Whether speech is to come soon, or clean: how long it may be delayed. */
export type EnhanceMode = 'latency' | 'balanced' | 'quality';

/** What is to be done to speech. */
export interface EnhancementConfig {
  /**
   * `latency`: nothing that delays the sound. `balanced`: noise reduction by Speex. `quality`: by RNNoise.
   * @default 'balanced'
   */
  readonly mode?: EnhanceMode;
  /**
   * Lowers noise, see `reduceNoise`: `true` with what the mode has time for, which in `latency` is nothing; a model by its name whatever the mode says.
   * @default true
   */
  readonly noiseReduction?: boolean | NoiseModel;
  /**
   * Cuts rumble and raises consonants, see `clarity`.
   * @default false
   */
  readonly clarityBoost?: boolean | ClarityConfig;
  /**
   * Holds speech at a level, see `controlGain`.
   * @default true
   */
  readonly gainControl?: boolean | GainControlConfig;
  /**
   * Told when a stage is passed by, because it threw or took longer than the mode allows three times in a row, when it returns, and of the times of each
   * stage about once a second of audio. What it throws, or rejects with, is ignored.
   * @default nobody is told
   */
  readonly report?: (event: AudioStageEvent) => void;
}

/** How long a stage may take for 20 ms of audio: what is left of 5, 20 and 50 ms beside the delays, for all stages together. */
const budgetsMs: Readonly<Record<EnhanceMode, Millis>> = { latency: 1.5, balanced: 1.3, quality: 5 };

const models: Readonly<Record<EnhanceMode, NoiseModel | undefined>> = {
  latency: undefined,
  balanced: 'speex',
  quality: 'rnnoise',
};

const delays: Readonly<Record<NoiseModel, (rate: Hertz) => number>> = { rnnoise: rnnoiseDelay, speex: speexDelay };

const modelOf = ({ mode = 'balanced', noiseReduction = true }: EnhancementConfig): NoiseModel | undefined => {
  if (!Object.hasOwn(models, mode))
    throw new RangeError(`enhance: mode must be 'latency', 'balanced' or 'quality', got ${JSON.stringify(mode)}`);
  if (typeof noiseReduction === 'boolean') return noiseReduction ? models[mode] : undefined;
  assertNoiseModel(noiseReduction);
  return noiseReduction;
};

/**
 * By how many milliseconds enhancement delays the sound: in mode `latency` 0; in `balanced` 16 (to the nearest sample); in `quality` 30 at 48 kHz, 32.8 at 24 kHz,
 * 34.1 at 16 kHz, 38.3 at 8 kHz. Without noise reduction 0 in all of them.
 *
 * @param sampleRate Of the audio, in Hz; 24,000 when left out.
 * @throws RangeError for a mode that there is not.
 */
export const enhanceDelayMs = (config: EnhancementConfig = {}, sampleRate: Hertz = 24_000): Millis => {
  const model = modelOf(config);
  return model ? durationOf(delays[model](sampleRate), sampleRate) : 0;
};

/** A treatment, by the name that events call it, and how to open it. */
export type EnhancementStage = readonly [name: string, create: () => FrameProcessor];

const none: Promise<undefined> = Promise.resolve(undefined);

/** Treatments one after the other, as one. */
export const chained = (stages: readonly FrameProcessor[]): FrameProcessor => ({
  get delayMs() {
    return stages.reduce((sum, { delayMs }) => sum + delayMs, 0);
  },
  process(frame) {
    let samples = frame.samples;
    for (const stage of stages) {
      const { sampleRate, position } = frame;
      samples = stage.process({ samples, sampleRate, position });
    }
    return samples;
  },
  reset() {
    for (const stage of stages) stage.reset();
  },
  close() {
    for (const stage of stages) stage.close();
  },
});

/** An application's listener has no say in the audio. */
const quietly =
  (report: (event: AudioStageEvent) => void) =>
  (event: AudioStageEvent): void => {
    try {
      const result: unknown = report(event);
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {}
  };

/** How a stage of this enhancement is spared. */
export const sparing = ({ mode = 'balanced', report = () => undefined }: EnhancementConfig): Omit<SparedConfig, 'name'> => ({
  budgetMs: budgetsMs[mode],
  report: quietly(report),
});

/** How to load the stages of enhancement, in order, not spared: for audio that nobody waits for. Throws RangeError for what cannot be. */
export const enhancementStages = (config: EnhancementConfig = {}): (() => Promise<readonly EnhancementStage[]>) => {
  const { clarityBoost = false, gainControl: gain = true } = config;
  const model = modelOf(config);
  const after: readonly EnhancementStage[] = [
    ...(clarityBoost ? [['clarity', voiceClarity(clarityBoost === true ? {} : clarityBoost)] as const] : []),
    ...(gain ? [['gain', gainControl(gain === true ? {} : gain)] as const] : []),
  ];
  return () => (model ? loadNoiseReducer({ model }) : none).then((reducer) => (reducer ? [['noise', reducer], ...after] : after));
};

/** How to load what enhancement needs; throws RangeError for what cannot be. */
export const enhancerPlan = (config: EnhancementConfig = {}): (() => Promise<() => FrameProcessor>) => {
  const load = enhancementStages(config);
  const running = sparing(config);
  return () => load().then((stages) => () => chained(stages.map(([name, create]) => spared(create(), { name, ...running }))));
};

/**
 * Loads what enhancement needs: noise reduction, clarity and gain control one after the other, each spared while it cannot keep its time.
 *
 * @returns A promise of a factory: each processor is for one stream. It rejects with `AudioError` `backend_missing` when the WebAssembly cannot be loaded.
 * @throws RangeError on call, for a mode that there is not, or a setting of a stage that it cannot have.
 */
export const loadEnhancer = (config: EnhancementConfig = {}): Promise<() => FrameProcessor> => enhancerPlan(config)();
