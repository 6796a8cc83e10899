import { type AudioFrame, durationOf, endOf, type Millis } from '../audio.js';
import { energyVad } from '../dsp/energy-vad.js';
import { levelOf } from '../dsp/level.js';
import { modelVad, type VoiceModel } from '../dsp/model-vad.js';
import { peakOf } from '../dsp/quality/peak.js';
import { qualityMeter } from '../dsp/quality/quality-meter.js';
import type { QualityMetrics } from '../dsp/quality-metrics.js';
import { type SpeechEdge, speechEdges } from '../dsp/speech-edges.js';
import { pieces } from './pieces.js';

/** Where somebody speaks, from the beginning of the file. */
export interface Segment {
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

/** What was heard in a file. */
export interface Heard {
  readonly segments: readonly Segment[];
  /** Of each 20 ms: how likely it is speech, or, where the level tells speech, how loud it is (RMS); both 0 to 1. */
  readonly curve: readonly number[];
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
const segmentsOf = (edges: readonly SpeechEdge[], { sampleRate }: AudioFrame): readonly Segment[] =>
  edges.flatMap((edge) => {
    if (edge.type !== 'speech.stopped') return [];
    const toMs = durationOf(edge.position, sampleRate);
    return [{ fromMs: toMs - edge.durationMs, toMs }];
  });

/** Hears whole audio as a conversation would: where speech is, and how well it comes in. */
export const listen = (audio: AudioFrame, ear: Ear): Heard => {
  const { samples, sampleRate } = audio;
  const curve: number[] = [];
  const detect = noting(ear, curve);
  const speech = speechEdges();
  const meter = qualityMeter();
  const edges: SpeechEdge[] = [];
  const reports: QualityMetrics[] = [];
  for (const piece of pieces(audio)) {
    const frame = detect(piece);
    edges.push(...speech.push(frame));
    meter.hear(frame);
    const isLast = endOf(piece) === endOf(audio);
    if (isLast || durationOf(endOf(piece), sampleRate) >= (reports.length + 1) * reportMs) reports.push(meter.report());
  }
  const segments = segmentsOf([...edges, ...speech.end()], audio);
  const spokenMs = segments.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return {
    segments,
    curve,
    speechRatio: spokenMs / Math.max(1, durationOf(samples.length, sampleRate)),
    level: levelOf(samples),
    peak: Math.min(1, peakOf(samples) / 32_767),
    snrDb: median(reports.flatMap(({ snrDb }) => (snrDb === undefined ? [] : [snrDb]))),
    score: median(reports.map(({ score }) => score)) ?? 0,
  };
};
