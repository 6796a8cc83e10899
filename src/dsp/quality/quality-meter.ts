import type { AudioFrame, Hertz, Millis, VadState } from '../../audio.js';
import { debounce } from '../debounce.js';
import { noiseFloor } from '../noise-floor.js';
import type { QualityMetrics } from '../quality-metrics.js';
import { echoLikelihood } from './echo-likelihood.js';
import { blockMs, levelBlocks } from './level-blocks.js';
import { clippedIn, mayClip, peakOf } from './peak.js';
import { qualityScore } from './quality-score.js';
import { voiceOverNoise } from './voice-over-noise.js';

/** A fold over the frames of a voice that knows how well it comes in. */
export interface QualityMeter {
  /** Takes the next frame; where it has been looked at by a `vad`, that says what is speech, else the level does. */
  hear(frame: AudioFrame & { readonly vad?: VadState }): void;
  /** Takes audio of the other side, as it is played: what may come back as an echo. */
  reference(frame: AudioFrame): void;
  /** Packets that were not heard, of those that were due, in percent. */
  loss(percent: number): void;
  /** The figures; begins the next report. Costs up to a tenth of a millisecond: not for each frame. */
  report(): QualityMetrics;
}

const windowMs: Millis = 10_000;
const blocks = windowMs / blockMs;
/** Half a second. */
const enoughSpeech = 500 / blockMs;
/** More of the other side than this was not played yet. */
const mostFar = 500 / blockMs;
/** As `energyVad` has them. */
const speechFrom = 0.02;
const aboveNoise = 2.5;
/** -40 dB: what is softer is a pause, and does not dilute what is clipped. */
const audible = 0.01;

/** The newest values of a kind, as many as there are blocks in the window. */
const ring = () => {
  const values = new Float64Array(blocks);
  const straight = new Float64Array(blocks);
  let count = 0;
  return {
    push(value: number): void {
      values[count++ % blocks] = value;
    },
    /** In order, oldest first; the same array each time. */
    all(): Float64Array {
      const from = count % blocks;
      if (count <= blocks) return values.subarray(0, count);
      straight.set(values.subarray(from));
      straight.set(values.subarray(0, from), blocks - from);
      return straight;
    },
  };
};

const sumOf = (values: Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};

/**
 * Makes a fold that measures a voice over the last ten seconds, in blocks of 20 ms of media time. Allocates nothing for a frame of whole blocks.
 */
export const qualityMeter = (): QualityMeter => {
  const powers = ring();
  const levels = ring();
  const farLevels = ring();
  const clips = ring();
  const speech = ring();
  const sorted = new Float64Array(blocks);
  const smooth = new Float64Array(blocks);
  const active = new Uint8Array(blocks);
  const far = new Float64Array(mostFar);
  let farFrom = 0;
  let farCount = 0;
  const floorAfter = noiseFloor();
  const { step } = debounce()();

  let vad: VadState | undefined;
  let rate: Hertz = 0;
  let clipped = 0;
  let energy = 0;
  let heard = 0;
  let peak = 0;
  let voice = 0;
  let lossPercent = 0;

  const isSpeech = (level: number): boolean => {
    if (vad !== undefined) return vad === 'speech';
    const size = (rate * blockMs) / 1000;
    return step(level >= speechFrom && level >= floorAfter(level, size, rate) * aboveNoise, size, rate) === 'speech';
  };
  const hearBlock = levelBlocks((power) => {
    const level = Math.sqrt(power);
    powers.push(power);
    levels.push(level);
    speech.push(isSpeech(level) ? 1 : 0);
    // of a chunk longer than a block its first has them all
    clips.push((clipped * 1000) / (rate * blockMs));
    clipped = 0;
    energy += power;
    heard++;
    farLevels.push(farCount === 0 ? 0 : (far[farFrom++ % mostFar] as number));
    if (farCount > 0) farCount--;
  });
  const hearFar = levelBlocks((power) => {
    far[(farFrom + farCount) % mostFar] = Math.sqrt(power);
    if (farCount < mostFar) farCount++;
    else farFrom++;
  });

  const snrOf = (isSpoken: boolean): number | undefined => {
    const all = powers.all();
    if (all.length === 0) return undefined;
    const work = { sorted: sorted.subarray(0, all.length), smooth: smooth.subarray(0, all.length), active };
    const parts = voiceOverNoise(all, work);
    if (isSpoken && parts.voice > 0) voice = parts.voice;
    return voice === 0 ? undefined : Math.min(60, Math.max(-10, 10 * Math.log10(voice / parts.noise)));
  };
  const clippingOf = (): number => {
    let sounding = 0;
    for (const level of levels.all()) if (level >= audible) sounding++;
    return Math.min(1, sumOf(clips.all()) / Math.max(1, sounding));
  };

  return {
    hear(frame) {
      const { samples, sampleRate } = frame;
      if (samples.length === 0) return;
      vad = frame.vad;
      rate = sampleRate;
      const loudest = peakOf(samples);
      peak = Math.max(peak, loudest);
      if (mayClip(loudest)) clipped += clippedIn(samples);
      hearBlock(samples, sampleRate);
    },
    reference: ({ samples, sampleRate }) => hearFar(samples, sampleRate),
    loss(percent) {
      lossPercent = percent;
    },
    report() {
      const marks = speech.all();
      const spoken = sumOf(marks);
      const snrDb = snrOf(spoken >= enoughSpeech);
      const clipping = clippingOf();
      const echo = echoLikelihood(levels.all(), farLevels.all());
      const metrics: QualityMetrics = {
        level: heard === 0 ? 0 : Math.sqrt(energy / heard),
        peak: Math.min(1, peak / 32_767),
        clipping,
        snrDb,
        speechRatio: marks.length === 0 ? 0 : spoken / marks.length,
        echoLikelihood: echo,
        lossPercent,
        score: qualityScore({ snrDb, clipping, echoLikelihood: echo, lossPercent }),
      };
      energy = 0;
      heard = 0;
      peak = 0;
      return metrics;
    },
  };
};
