import { type AudioFrame, durationOf, type Hertz, type Millis } from '../audio.js';
import { energyVad } from '../dsp/energy-vad.js';
import { modelVad, type VoiceModel } from '../dsp/model-vad.js';
import { peakOf } from '../dsp/quality/peak.js';
import { qualityMeter } from '../dsp/quality/quality-meter.js';
import type { QualityMetrics } from '../dsp/quality-metrics.js';
import { type SpeechEdge, speechEdges } from '../dsp/speech-edges.js';
import { sumOfSquares } from '../dsp/sum-of-squares.js';
import { loudestParts } from './loudest-parts.js';

/** Where somebody speaks, from the beginning of the file. */
export interface Segment {
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

/** What was heard in a file. */
export interface Heard {
  readonly durationMs: Millis;
  readonly segments: readonly Segment[];
  /** Of each 20 ms: how likely it is speech, or, where the level tells speech, how loud it is (RMS); both 0 to 1. */
  readonly curve: readonly number[];
  /** The largest magnitude of each part of it, at most 8192 parts, 0 to 32768. */
  readonly loudest: readonly number[];
  /** Share of the time in which somebody speaks. */
  readonly speechRatio: number;
  /** RMS and loudest sample of the whole, 0 to 1. */
  readonly level: number;
  readonly peak: number;
  /** Medians of the reports of every second; no ratio until half a second of speech was heard. */
  readonly snrDb: number | undefined;
  readonly score: number;
}

/** What tells speech, and from which level or probability on. */
export interface Ear {
  readonly model: 'energy' | VoiceModel;
  readonly threshold: number;
}

const reportMs: Millis = 1000;
const mostParts = 8192;

const median = (values: readonly number[]): number | undefined => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A detector that also keeps what it goes by. */
const noting = ({ model, threshold }: Ear, curve: number[]) => {
  if (model === 'energy') {
    const detect = energyVad({ threshold })();
    return (frame: AudioFrame) => {
      const heard = detect(frame);
      curve.push(heard.level);
      return heard;
    };
  }
  const probabilityOf = typeof model === 'function' ? model : model.open();
  const noted = (frame: AudioFrame): number => {
    const probability = probabilityOf(frame);
    curve.push(probability);
    return probability;
  };
  return modelVad(noted, { threshold })();
};

/** Starts and ends alternate. */
const segmentsOf = (edges: readonly SpeechEdge[], sampleRate: Hertz): readonly Segment[] =>
  edges.flatMap((edge) => {
    if (edge.type !== 'speech.stopped') return [];
    const toMs = durationOf(edge.position, sampleRate);
    return [{ fromMs: toMs - edge.durationMs, toMs }];
  });

/** A fold over the frames of a sound, from its beginning. */
export interface Listener {
  hear(frame: AudioFrame): void;
  /** What was heard; nothing may follow. */
  end(): Heard;
}

/** Hears a sound as a conversation would: where speech is, and how well it comes in. Of an hour it keeps some megabytes. */
export const listener = (ear: Ear): Listener => {
  const curve: number[] = [];
  const detect = noting(ear, curve);
  const speech = speechEdges();
  const meter = qualityMeter();
  const loudest = loudestParts(mostParts);
  const edges: SpeechEdge[] = [];
  const reports: QualityMetrics[] = [];
  let last: AudioFrame | undefined;
  let isReported = false;
  let squares = 0;
  let peak = 0;
  let count = 0;

  return {
    hear(frame) {
      const { samples, sampleRate } = frame;
      const heard = detect(frame);
      edges.push(...speech.push(heard));
      meter.hear(heard);
      loudest.push(samples);
      squares += sumOfSquares(samples);
      peak = Math.max(peak, peakOf(samples));
      count += samples.length;
      last = frame;
      isReported = durationOf(count, sampleRate) >= (reports.length + 1) * reportMs;
      if (isReported) reports.push(meter.report());
    },
    end() {
      if (last && !isReported) reports.push(meter.report());
      const { sampleRate } = last ?? { sampleRate: 1 };
      const segments = segmentsOf([...edges, ...speech.end()], sampleRate);
      const spokenMs = segments.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
      const durationMs = durationOf(count, sampleRate);
      return {
        durationMs,
        segments,
        curve,
        loudest: loudest.end(),
        speechRatio: spokenMs / Math.max(1, durationMs),
        level: Math.sqrt(squares / Math.max(1, count)) / 32_768,
        peak: Math.min(1, peak / 32_767),
        snrDb: median(reports.flatMap(({ snrDb }) => (snrDb === undefined ? [] : [snrDb]))),
        score: median(reports.map(({ score }) => score)) ?? 0,
      };
    },
  };
};
