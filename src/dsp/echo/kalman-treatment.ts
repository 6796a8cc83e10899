import { durationOf, type Hertz, samplesIn } from '../../audio.js';
import { createDelayTracker } from './delay-tracker.js';
import { createEchoBound } from './echo-bound.js';
import type { EchoTreatment } from './echo-stream.js';
import type { FarLine } from './far-line.js';
import { createFarSpectra, type FarSpectra } from './far-spectra.js';
import { createKalmanFilter } from './kalman-filter.js';
import { powerOf } from './power-of.js';
import { createResidualSuppressor } from './residual-suppressor.js';
import { createSampleHistory } from './sample-history.js';

/** How long an echo may last behind its strongest path; what comes later is some 30 dB quieter in a room of 0.2 s. */
const echoMs = 128;
/** For so long after the loudspeaker stalled its echo may come where none is expected. */
const stalledMs = 1500;
/** What is left is louder than the microphone itself by this factor of power: the path has changed. */
const harm = 1.5;
/** An echo that will be louder than what it left of late, by this factor of power, is only beginning. */
const beginning = 4;

/**
 * Opens the treatment of `kalmanEcho`. The filter's weights stay as they are within a block, so that the echo of each sample is known before the sample
 * comes, and is taken away when it does; only what is learned waits for the end of the block. What the loudspeaker was given and has not come yet is
 * asked for again at each half block.
 */
export const kalmanTreatment = (sampleRate: Hertz): EchoTreatment => {
  // The power of two that is nearest to 10 ms.
  const blockSize = 2 ** Math.max(4, Math.round(Math.log2(sampleRate / 100)));
  const half = blockSize / 2;
  const partitions = Math.ceil(samplesIn(echoMs, sampleRate) / blockSize);
  const near = createSampleHistory(2 ** Math.ceil(Math.log2(sampleRate)));
  const filter = createKalmanFilter({ blockSize, partitions });
  const suppressor = createResidualSuppressor(blockSize);
  const tracker = createDelayTracker(sampleRate, blockSize);
  const bound = createEchoBound();
  const stalled = samplesIn(stalledMs, sampleRate);
  // Frames of the loudspeaker come some blocks at a time.
  const given = new Float64Array(4 * blockSize);
  const nothing = new Float64Array(blockSize + 1);
  const heard = new Int16Array(blockSize);
  const block = new Float64Array(blockSize);
  /** What is taken away of it. */
  const echo = new Float64Array(blockSize);
  const halves = [echo.subarray(0, half), echo.subarray(half)];
  const error = new Float64Array(blockSize);
  const treated = new Float64Array(blockSize);
  let spectra: FarSpectra | undefined;
  let asked: readonly Float64Array[] = [];
  let delay: number | undefined;
  let index = 0;
  let filled = 0;
  /** Up to where the block is prepared for; 0 before it has begun. */
  let prepared = 0;
  let isWhole = false;
  let isHeard = false;
  let isBlind = false;
  let isLouder = false;
  /** Powers of the half block that is over and of the one before, and of what the filter leaves of them. */
  let nearPower = 0;
  let nearPowerBefore = 0;
  let errorPower = 0;
  let errorPowerBefore = 0;

  const predict = (far: FarLine): void => {
    isHeard = false;
    if (delay === undefined) return;
    spectra ??= createFarSpectra(far.history, blockSize, partitions);
    asked = spectra.upTo(index / blockSize - delay);
    isHeard = !spectra.isSilent();
    if (isHeard) filter.predict(asked);
  };
  const beginBlock = (far: FarLine): void => {
    const before = delay;
    delay = tracker.follow(near, far);
    if (delay !== undefined && before !== undefined && before !== delay) filter.shift(delay - before);
    predict(far);
    if (delay === undefined) isBlind = tracker.isBlind();
    else if (isHeard) isBlind = filter.isLost() && !isLouder;
    else isBlind = index - far.stalledAt() < stalled && !isLouder && bound.isTold();
  };
  /** Sooner than the filter itself, which goes by whole blocks. */
  const doesHarm = (): boolean =>
    isHeard && !isLouder && errorPower + errorPowerBefore > harm * (nearPower + nearPowerBefore) + blockSize / 12;
  const beginHalf = (far: FarLine): void => {
    const isNext = prepared === 0;
    const start = filled < half ? 0 : half;
    prepared = start + half;
    if (isNext) beginBlock(far);
    else if (delay !== undefined && spectra?.isOutdated()) predict(far);
    const isOther = filter.isLost() && isLouder;
    // What was harm while the echo was only beginning says nothing of it.
    const isHarmful = filter.isHarmful() && powerOf(filter.echo, start, prepared) < beginning * (errorPower + errorPowerBefore);
    const isTaken = isHeard && !isOther && !isHarmful;
    for (let i = start; i < prepared; i++) echo[i] = isTaken ? (filter.echo[i] as number) : 0;
    const uncertainty = isHeard && !isOther ? filter.uncertainty : nothing;
    suppressor.expect(halves[start / half] as Float64Array, uncertainty, isBlind || doesHarm(), isNext);
  };
  const endHalf = (): void => {
    errorPowerBefore = errorPower;
    nearPowerBefore = nearPower;
    errorPower = 0;
    for (let i = prepared - half; i < prepared; i++) errorPower += ((block[i] as number) - (filter.echo[i] as number)) ** 2;
    nearPower = powerOf(block, prepared - half, prepared);
  };
  const endBlock = (far: FarLine): void => {
    heard.set(block);
    near.write(index, heard);
    if (delay !== undefined) {
      if (spectra?.isOutdated()) predict(far);
      if (isHeard && isWhole) filter.learn(block, asked, suppressor.leak);
      far.history.read(far.history.end() - given.length, given);
      isLouder = bound.hear(block, given, isHeard && !filter.isLost() ? powerOf(filter.echo) : 0);
    }
    index += blockSize;
    filled = 0;
    prepared = 0;
    isWhole = true;
  };

  return {
    delayMs: durationOf(suppressor.delay, sampleRate),
    moveTo(position) {
      // Blocks lie at multiples of their size, also behind a jump: those of the loudspeaker do.
      index = Math.floor(position / blockSize) * blockSize;
      filled = position - index;
      prepared = 0;
      // The rest of a block has nothing to teach.
      isWhole = filled === 0;
      block.fill(0);
    },
    process(samples, far) {
      const out = new Int16Array(samples.length);
      for (let at = 0; at < samples.length; ) {
        if (filled >= prepared) beginHalf(far);
        const from = filled;
        const to = Math.min(prepared, from + samples.length - at);
        for (let i = from; i < to; i++) {
          const sample = samples[at + i - from] as number;
          block[i] = sample;
          error[i] = sample - (echo[i] as number);
        }
        suppressor.process(error, from, to, treated);
        for (let i = from; i < to; i++) {
          out[at + i - from] = Math.max(-32_768, Math.min(32_767, Math.round(treated[i] as number)));
        }
        at += to - from;
        filled = to;
        if (filled === prepared) endHalf();
        if (filled === blockSize) endBlock(far);
      }
      return out;
    },
    close: () => undefined,
  };
};
