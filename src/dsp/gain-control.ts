import { type Hertz, samplesIn } from '../audio.js';
import type { FrameProcessor } from './frame-processor.js';
import { perRate, type Treatment } from './per-rate.js';
import { nearest } from './rounded.js';
import { type SpeechPower, speechPower } from './speech-power.js';

/** What speech is to be held at. */
export interface GainControlConfig {
  /**
   * Level of speech, its root mean square without pauses, in decibels below full scale: -40 to -6.
   * @default -18
   * @see {@link https://tech.ebu.ch/docs/r/r068.pdf | EBU R 68}, for the alignment level.
   */
  readonly targetDbfs?: number;
  /**
   * How far it may be raised, in decibels, 0 to 60.
   * @default 30
   */
  readonly maxGainDb?: number;
  /**
   * What is softer is not speech: the gain stays as it was, so that silence is not raised. -90 to -20.
   * @default -55
   */
  readonly gateDbfs?: number;
  /**
   * No sample comes out louder, -20 to 0.
   * @default -1
   */
  readonly ceilingDbfs?: number;
}

const fullScale = 32_768;
const blockMs = 10;

/** How fast the gain follows, in decibels a second: too loud is worse than too soft. */
const cutDbPerSecond = 60;
const raiseDbPerSecond = 20;

/** In this time the limiter gives back most of what it took. */
const releaseMs = 80;

/** From here on it has given back all: 0.001 dB. */
const released = 0.9999;

/** The gain of one stream, which outlives a jump and a change of rate: the speaker is the same. */
interface Gain {
  readonly speech: SpeechPower;
  db: number;
}

const open = (gain: Gain, { targetDbfs, maxGainDb, ceilingDbfs }: Required<GainControlConfig>, rate: Hertz): Treatment => {
  const size = Math.max(1, samplesIn(blockMs, rate));
  const seconds = size / rate;
  const ceiling = Math.floor(Math.min(fullScale - 1, fullScale * 10 ** (ceilingDbfs / 20)));
  const isOver = (loud: number): boolean => loud > ceiling || loud < -ceiling;
  const release = 1 - Math.exp(-1000 / (releaseMs * rate));
  /** Linear, where the block begins, and by how much it differs from one sample to the next. */
  let factor = 10 ** (gain.db / 20);
  let step = 0;
  /** What the limiter takes: 1 is nothing. */
  let limit = 1;
  let squares = 0;
  let filled = 0;

  const endBlock = (): void => {
    const isSpeech = gain.speech.hear(squares / size, size, rate);
    const wanted = Math.min(maxGainDb, targetDbfs - 10 * Math.log10(gain.speech.mean() / fullScale ** 2));
    if (isSpeech) gain.db += Math.max(-cutDbPerSecond * seconds, Math.min(raiseDbPerSecond * seconds, wanted - gain.db));
    factor += step * size;
    // Reached at the end of the next block, evenly, so that no step is heard.
    step = (10 ** (gain.db / 20) - factor) / size;
    squares = filled = 0;
  };

  return {
    process(samples) {
      const out = new Int16Array(samples.length);
      for (let at = 0; at < samples.length; ) {
        const end = at + Math.min(size - filled, samples.length - at);
        // What is kept between frames is copied, for a number that a closure keeps is allocated anew each time it changes.
        const offset = filled - at;
        const begin = factor;
        const slope = step;
        let sum = squares;
        let share = limit;
        filled += end - at;
        // Nothing to limit, mostly: a fraction of the time of the loop below, whose samples wait for each other.
        for (; share === 1 && at + 4 <= end; at += 4) {
          const place = at + offset;
          const a = samples[at] as number;
          const b = samples[at + 1] as number;
          const c = samples[at + 2] as number;
          const d = samples[at + 3] as number;
          const loudA = a * (begin + slope * place);
          const loudB = b * (begin + slope * (place + 1));
          const loudC = c * (begin + slope * (place + 2));
          const loudD = d * (begin + slope * (place + 3));
          if (isOver(loudA) || isOver(loudB) || isOver(loudC) || isOver(loudD)) break;
          out[at] = nearest(loudA);
          out[at + 1] = nearest(loudB);
          out[at + 2] = nearest(loudC);
          out[at + 3] = nearest(loudD);
          sum += a * a + b * b + (c * c + d * d);
        }
        for (; at < end; at++) {
          const sample = samples[at] as number;
          const loud = sample * (begin + slope * (at + offset));
          const most = Math.abs(loud) * share;
          if (most > ceiling) share *= ceiling / most;
          out[at] = nearest(loud * share);
          share = share > released ? 1 : share + (1 - share) * release;
          sum += sample * sample;
        }
        squares = sum;
        limit = share;
        if (filled === size) endBlock();
      }
      return out;
    },
  };
};

const assertWithin = (name: string, value: number, least: number, most: number): void => {
  if (!(value >= least && value <= most)) throw new RangeError(`controlGain: ${name} must be ${least} to ${most}, got ${value}`);
};

/**
 * Makes processors that hold speech at a level: its own level is measured over the last two seconds of speech, pauses left out, and a limiter holds
 * peaks. They add no delay.
 *
 * The gain follows at 20 dB a second upwards and 60 downwards, while somebody speaks; a jump of `position` does not change it.
 *
 * @returns A factory: each processor is for one stream.
 * @throws RangeError on call, for a level or gain out of its range.
 */
export const gainControl = ({
  targetDbfs = -18,
  maxGainDb = 30,
  gateDbfs = -55,
  ceilingDbfs = -1,
}: GainControlConfig = {}): (() => FrameProcessor) => {
  assertWithin('targetDbfs', targetDbfs, -40, -6);
  assertWithin('maxGainDb', maxGainDb, 0, 60);
  assertWithin('gateDbfs', gateDbfs, -90, -20);
  assertWithin('ceilingDbfs', ceilingDbfs, -20, 0);
  const config = { targetDbfs, maxGainDb, gateDbfs, ceilingDbfs };
  return () => {
    const gain: Gain = { speech: speechPower((fullScale * 10 ** (gateDbfs / 20)) ** 2), db: 0 };
    return perRate({ open: (rate) => open(gain, config, rate) });
  };
};
