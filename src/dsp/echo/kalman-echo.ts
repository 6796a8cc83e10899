import { durationOf, type Hertz, samplesIn } from '../../audio.js';
import type { Resampler } from '../resampler.js';
import { createDelayTracker } from './delay-tracker.js';
import { createEchoBound } from './echo-bound.js';
import type { EchoCanceller } from './echo-canceller.js';
import { createEchoCanceller, type EchoTreatment } from './echo-stream.js';
import { createFarSpectra, type FarSpectra } from './far-spectra.js';
import { createKalmanFilter } from './kalman-filter.js';
import { powerOf } from './power-of.js';
import { createResidualSuppressor } from './residual-suppressor.js';
import { createSampleHistory } from './sample-history.js';

/** Settings of `kalmanEcho`. */
export interface KalmanEchoConfig {
  /** For a reference of another rate than the microphone's: `await loadResampler()`. */
  readonly resampler?: Resampler;
}

/** How long an echo may last behind its strongest path; what comes later is some 30 dB quieter in a room of 0.2 s. */
const echoMs = 128;
/** For so long after the loudspeaker stalled its echo may come where none is expected. */
const stalledMs = 1500;

const treatmentOf = (sampleRate: Hertz): EchoTreatment => {
  // The power of two that is nearest to 10 ms.
  const blockSize = 2 ** Math.max(4, Math.round(Math.log2(sampleRate / 100)));
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
  const noEcho = nothing.subarray(0, blockSize);
  let spectra: FarSpectra | undefined;
  let before: number | undefined;
  const heard = new Int16Array(blockSize);

  return {
    blockSize,
    delayMs: durationOf(blockSize, sampleRate),
    treat(block, index, far, out) {
      spectra ??= createFarSpectra(far.history, blockSize, partitions);
      heard.set(block);
      near.write(index, heard);
      const delay = tracker.follow(near, far);
      if (delay === undefined) {
        suppressor.process(block, noEcho, nothing, tracker.isBlind(), out);
        return;
      }
      if (before !== undefined && before !== delay) filter.shift(delay - before);
      before = delay;
      const newest = spectra.upTo(index / blockSize - delay);
      far.history.read(far.history.end() - given.length, given);
      if (spectra.isSilent()) {
        const isStalled = index - far.stalledAt() < stalled;
        const isLouder = bound.hear(block, given, 0);
        suppressor.process(block, noEcho, nothing, isStalled && !isLouder && bound.isTold(), out);
        return;
      }
      filter.process(block, newest, suppressor.leak);
      const isLost = filter.isLost();
      const isLouder = bound.hear(block, given, isLost ? 0 : powerOf(filter.echo));
      if (isLost && isLouder) suppressor.process(block, noEcho, nothing, false, out);
      else suppressor.process(filter.error, filter.echo, filter.uncertainty, isLost, out);
    },
    close: () => undefined,
  };
};

/**
 * The echo canceller that keeps both voices: a partitioned-block Kalman filter learns the path from the loudspeaker to the microphone, and takes its
 * sound away; what is left of it by distortion and reverberation is suppressed, bin by bin, only as far as it is as loud as the voice that is to be kept.
 *
 * Finds the delay of the echo by itself, within 500 ms, and follows it. Until it is found by the first sounds of the loudspeaker (0.75 s of them, 1.5 s
 * at the most) all that sounds meanwhile is suppressed. Works at the rate of the microphone; about 21 ms of delay. Never throws on audio.
 *
 * @throws AudioError `unsupported`, from `reference`, when its rate is another one and no resampler was given.
 */
export const kalmanEcho = ({ resampler }: KalmanEchoConfig = {}): EchoCanceller => createEchoCanceller(treatmentOf, resampler);
