import { type AudioFrame, endOf, type Hertz } from '../../audio.js';
import type { SpeechProbability } from '../model-vad.js';
import { type FractionalSampler, fractionalSampler } from './fractional-sampler.js';
import { contextSamples, type SpeechNetwork, stateLength, windowSamples } from './network.js';

const networkRate: Hertz = 16_000;

/** When the network need not listen. */
export interface WakeConfig {
  /**
   * The lowest peak (0 to 1) of a window that wakes the network; 0 keeps it awake.
   * @default 0.002
   */
  readonly wakeLevel?: number;
}

/** Throws RangeError unless it is a peak. */
export const assertWakeLevel = (wakeLevel: number): void => {
  if (!(wakeLevel >= 0 && wakeLevel <= 1)) throw new RangeError(`silero: wakeLevel must be 0 to 1 (peak), got ${wakeLevel}`);
};

/** Quiet windows in a row, 0.5 s, after which the network has forgotten what was said: its state stays where it is. */
const settling = 16;
/** The highest probability with which it may fall asleep. */
const unlikely = 0.1;
/** Windows that are made up for when it wakes, 96 ms: the quiet beginning of speech. */
const kept = 3;

/** Sound that was not heard yet, and some of what was. */
interface History {
  readonly samples: Int16Array;
  /** Number of its first sample, and how many there are. */
  first: number;
  count: number;
}

/**
 * Makes a fold that tells how likely each frame is speech, of any rate and length: the network hears unbroken windows of 32 ms, whatever the frames. A frame
 * gets the highest probability of the windows that end in it; one in which none ends, that of the last window.
 *
 * After half a second below `wakeLevel` the network rests, in the state that quiet has brought it to, and costs nothing. The window that wakes it is
 * heard at once, after the three before it, so that nothing of a beginning is lost. A jump of `position` and a change of rate begin anew.
 */
export const speechStream = (network: SpeechNetwork, { wakeLevel = 0.002 }: WakeConfig = {}): SpeechProbability => {
  const state = new Float32Array(stateLength);
  const window = new Float32Array(contextSamples + windowSamples);
  const wakePeak = wakeLevel * 32_768;
  let rate: Hertz = 0;
  let next = -1;
  let sampler: FractionalSampler = fractionalSampler(networkRate, networkRate);
  let history: History = { samples: new Int16Array(0), first: 0, count: 0 };
  /** What a history has to go back. */
  let past = 0;
  /** Number of the window that comes next, and the first input samples that it does not need. */
  let number = 0;
  let end = 0;
  let quiet = 0;
  let skipped = 0;
  let probability = 0;

  const endOfWindow = (): number => sampler.before((number + 1) * windowSamples - 1) + sampler.reach + 1;

  const open = (sampleRate: Hertz): void => {
    if (!(sampleRate > 0)) throw new RangeError(`silero: a frame's sampleRate must be above 0 Hz, got ${sampleRate}`);
    if (sampleRate !== rate) {
      rate = sampleRate;
      sampler = fractionalSampler(rate, networkRate);
      past = Math.ceil(((contextSamples + (kept + 1) * windowSamples) * rate) / networkRate) + 2 * sampler.reach + 1;
      history = { samples: new Int16Array(2 * past), first: 0, count: 0 };
    }
    // Silence went before.
    history.samples.fill(0);
    history.first = -past;
    history.count = past;
    state.fill(0);
    number = quiet = skipped = probability = 0;
    end = endOfWindow();
  };

  /** Keeps what fits, and says how much that is. */
  const keep = (samples: Int16Array, from: number): number => {
    if (history.count === history.samples.length) {
      history.samples.copyWithin(0, history.count - past);
      history.first += history.count - past;
      history.count = past;
    }
    const wanted = end - history.first - history.count;
    const length = Math.min(samples.length - from, history.samples.length - history.count, wanted);
    for (let i = 0; i < length; i++) history.samples[history.count + i] = samples[from + i] as number;
    history.count += length;
    return length;
  };

  const isQuiet = (): boolean => {
    const begin = sampler.before(number * windowSamples) - history.first;
    for (let i = begin; i < end - history.first; i++) if (Math.abs(history.samples[i] as number) >= wakePeak) return false;
    return true;
  };

  const hear = (which: number): void => {
    sampler.read(history.samples, history.first, which * windowSamples - contextSamples, window.length, window);
    probability = network.hear(window, state);
  };

  /** Hears the window that is complete, or leaves it. */
  const listen = (): void => {
    quiet = isQuiet() ? quiet + 1 : 0;
    if (quiet > settling && probability < unlikely) skipped = Math.min(skipped + 1, kept);
    else {
      for (; skipped > 0; skipped--) hear(number - skipped);
      hear(number);
    }
    number += 1;
    end = endOfWindow();
  };

  return (frame: AudioFrame) => {
    const { samples, sampleRate, position } = frame;
    if (position !== next || sampleRate !== rate) open(sampleRate);
    next = endOf(frame);
    let highest = -1;
    for (let at = 0; at < samples.length; ) {
      at += keep(samples, at);
      if (history.first + history.count < end) continue;
      listen();
      highest = Math.max(highest, probability);
    }
    return highest < 0 ? probability : highest;
  };
};
