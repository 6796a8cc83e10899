import { type AudioFrame, samplesIn, type VadState } from '../audio.js';
import { type DebounceConfig, debounce } from './debounce.js';
import type { VoiceDetector } from './energy-vad.js';
import { hearInPieces, pieceMs } from './hear-in-pieces.js';
import { levelOf } from './level.js';

/** Says how likely a frame is speech, 0 to 1; asked once for each frame, in order. */
export type SpeechProbability = (frame: AudioFrame) => number;

/** A model that remembers what it heard of a stream. */
export interface OpenableModel {
  /** A function with a memory of its own, for one stream. */
  readonly open: () => SpeechProbability;
}

/**
 * What tells speech: a function, which all detectors that are given it ask, or an object that opens one for each of them, so that it may
 * remember what it heard. Longer frames than 20 ms come to an opened one in pieces of 20 ms.
 */
export type VoiceModel = SpeechProbability | OpenableModel;

/** When a probability is speech. */
export interface ModelVadConfig extends DebounceConfig {
  /**
   * The lowest probability that is speech, 0 to 1.
   * @default 0.5
   */
  readonly threshold?: number;
}

/**
 * Makes detectors that ask a model. A jump of `position` and a change of rate begin anew with silence; the model sees the frame's position and
 * forgets by itself. A long frame that an opened model hears in pieces is `speech` when speech sounded anywhere in it.
 *
 * @throws RangeError when the threshold is outside 0 to 1, a time is negative, or the model is none.
 */
export function modelVad(model: VoiceModel, { threshold = 0.5, ...times }: ModelVadConfig = {}): () => VoiceDetector {
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`vad: threshold must be 0 to 1 (probability), got ${threshold}`);
  assertModel(model);
  const debounceOf = debounce(times);

  return () => {
    const { step, reset } = debounceOf();
    const isOpened = typeof model !== 'function';
    const probability = isOpened ? model.open() : model;
    let current: VadState = 'silence';
    let next = -1;
    let rate = 0;

    const hear = (frame: AudioFrame): VadState => step(probability(frame) >= threshold, frame.samples.length, rate);

    const hearLong = ({ samples, sampleRate, position }: AudioFrame, piece: number): VadState =>
      hearInPieces(samples.length, piece, (at) =>
        hear({ samples: samples.subarray(at, at + piece), sampleRate, position: position + at }),
      );

    return (frame) => {
      const { samples, sampleRate, position } = frame;
      if (position !== next || sampleRate !== rate) {
        reset();
        current = 'silence';
      }
      next = position + samples.length;
      rate = sampleRate;
      const piece = isOpened ? samplesIn(pieceMs, rate) : samples.length;
      // A frame without samples is neither speech nor quiet.
      if (samples.length > 0) current = samples.length > piece ? hearLong(frame, piece) : hear(frame);
      return { samples, sampleRate, position, vad: current, level: levelOf(samples) };
    };
  };
}

/** A model's name is easily taken for the model, and a promise of it, too. */
const assertModel = (model: unknown): void => {
  if (typeof model === 'function' || typeof Object(model).open === 'function') return;
  const got = typeof model === 'string' ? JSON.stringify(model) : String(model);
  throw new RangeError(`vad: model must be 'energy', a function, or a model such as await silero(), got ${got}`);
};
