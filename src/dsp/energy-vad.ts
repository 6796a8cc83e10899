import { type AudioFrame, samplesIn, type VadState, type VoiceFrame } from '../audio.js';
import { type DebounceConfig, debounce } from './debounce.js';
import { hearInPieces, pieceMs } from './hear-in-pieces.js';
import { levelOf } from './level.js';
import { noiseFloor } from './noise-floor.js';

/** When sound is speech. */
export interface EnergyVadConfig extends DebounceConfig {
  /**
   * The lowest level (RMS, 0 to 1) that can be speech.
   * @default 0.02
   */
  readonly threshold?: number;
  /**
   * Whether noise may raise the threshold, to 2.5 times (8 dB above) the lowest level of the last three seconds. It never lowers it.
   * @default true
   */
  readonly adaptive?: boolean;
}

/** A fold that says of each frame, in order, whether it holds speech. */
export type VoiceDetector = (frame: AudioFrame) => VoiceFrame;

/** How far above the noise speech must stand. */
const aboveNoise = 2.5;

/**
 * Makes detectors that tell speech by its level.
 *
 * Chunks longer than 20 ms are measured in pieces of 20 ms and are `speech` when speech sounded anywhere in them. Chunks shorter than 3 ms are too
 * short to have a level: `frame` them first. At a jump of `position`, and at a change of rate, a detector begins anew with silence; what it knows of the noise stays.
 *
 * @returns A factory: each call gives a detector with a state of its own.
 * @throws RangeError when the threshold is outside 0 to 1, or a time is negative.
 */
export function energyVad({ threshold = 0.02, adaptive = true, ...times }: EnergyVadConfig = {}): () => VoiceDetector {
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`vad: threshold must be 0 to 1 (RMS), got ${threshold}`);
  const debounceOf = debounce(times);

  return () => {
    const { step, reset } = debounceOf();
    const floorAfter = noiseFloor();
    let current: VadState = 'silence';
    let next = -1;
    let rate = 0;
    let window = 0;

    const hear = (level: number, count: number): VadState => {
      const lowest = adaptive ? floorAfter(level, count, rate) * aboveNoise : 0;
      return step(level >= threshold && level >= lowest, count, rate);
    };

    const hearLong = (samples: Int16Array): VadState =>
      hearInPieces(samples.length, window, (at) => {
        const part = samples.subarray(at, at + window);
        return hear(levelOf(part), part.length);
      });

    return ({ samples, sampleRate, position }) => {
      if (position !== next || sampleRate !== rate) {
        reset();
        current = 'silence';
        rate = sampleRate;
        window = samplesIn(pieceMs, sampleRate);
      }
      next = position + samples.length;
      const level = levelOf(samples);
      // A frame without samples is neither loud nor quiet.
      if (samples.length > 0) current = samples.length > window ? hearLong(samples) : hear(level, samples.length);
      return { samples, sampleRate, position, vad: current, level };
    };
  };
}
