import { type Hertz, samplesIn } from '../../audio.js';
import { createDelayEstimator } from './delay-estimator.js';
import type { FarLine } from './far-line.js';
import type { SampleHistory } from './sample-history.js';

/** Follows the delay of an echo, in whole blocks. */
export interface DelayTracker {
  /** To be called for each block. The delay in blocks at which a filter should begin, undefined while none was ever found. */
  follow(near: SampleHistory, far: FarLine): number | undefined;
  /** Whether an echo may still be found by its first sounds: none was, and not much has sounded yet. */
  isBlind(): boolean;
}

const estimateEveryMs = 250;
/** The filter begins so much ahead of the strongest path: weaker ones come before it, and the clocks of devices drift. */
const leadMs = 12;
/** The strongest path may lie so far behind the beginning of the filter, and no nearer than the other. */
const nearestMs = 2;
const farthestMs = 40;
/** Estimates that must agree before what was found is given up for them. */
const agreement = 3;
/** With headphones there is no echo to be found. */
const blindMs = 1500;
/** How long after its last sound the loudspeaker may be heard. */
const echoMs = 600;
/** A loudspeaker that is given less is silent: -50 dBFS. */
const loud = 100;

/** Makes a tracker. */
export const createDelayTracker = (sampleRate: Hertz, blockSize: number): DelayTracker => {
  const estimator = createDelayEstimator(sampleRate);
  const span = samplesIn(100, sampleRate);
  const probe = new Float64Array(blockSize);
  let delay: number | undefined;
  let candidate = 0;
  let agreed = 0;
  let from = 0;
  let waited = 0;
  let sounded = 0;
  let silentFor = Number.POSITIVE_INFINITY;

  const listen = (far: FarLine): void => {
    far.history.read(far.history.end() - blockSize, probe);
    const isLoud = probe.some((sample) => Math.abs(sample) > loud);
    silentFor = isLoud ? 0 : silentFor + blockSize;
    if (isLoud) sounded += blockSize;
  };
  const settle = (found: number, late: number): void => {
    // What has not come yet is of no use to a filter.
    const wanted = Math.max(Math.ceil(late / blockSize), Math.floor((found - samplesIn(leadMs, sampleRate)) / blockSize));
    if (delay === undefined || delay === wanted) {
      delay = wanted;
      agreed = 0;
      return;
    }
    const behind = found - delay * blockSize;
    if (behind >= samplesIn(nearestMs, sampleRate) && behind <= samplesIn(farthestMs, sampleRate)) {
      agreed = 0;
      return;
    }
    agreed = Math.abs(candidate - wanted) <= 1 ? agreed + 1 : 1;
    candidate = wanted;
    if (agreed < agreement) return;
    delay = wanted;
    agreed = 0;
  };

  return {
    follow(near, far) {
      if (delay === undefined) listen(far);
      waited += blockSize;
      if (waited >= samplesIn(estimateEveryMs, sampleRate)) {
        waited = 0;
        const late = far.lateness();
        // Not at each change: what was heard before is forgotten with it.
        if (late < from || late > from + 2 * span) from = Math.floor(late / span) * span;
        const found = estimator.estimate(near, far.history, from);
        if (found !== undefined) settle(found, late);
      }
      return delay;
    },
    isBlind: () => delay === undefined && sounded < samplesIn(blindMs, sampleRate) && silentFor < samplesIn(echoMs, sampleRate),
  };
};
