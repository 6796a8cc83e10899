import type { Resampler } from '../resampler.js';
import type { EchoCanceller } from './echo-canceller.js';
import { createEchoCanceller } from './echo-stream.js';
import { kalmanTreatment } from './kalman-treatment.js';

/** Settings of `kalmanEcho`. */
export interface KalmanEchoConfig {
  /** For a reference of another rate than the microphone's: `await loadResampler()`. */
  readonly resampler?: Resampler;
}

/**
 * The echo canceller that keeps both voices: a partitioned-block Kalman filter learns the path from the loudspeaker to the microphone, and takes its
 * sound away; what is left of it by distortion and reverberation is suppressed, bin by bin, only as far as it is as loud as the voice that is to be kept.
 *
 * Finds the delay of the echo by itself, within 500 ms, and follows it. Until it is found by the first sounds of the loudspeaker (0.75 s of them, 1.5 s
 * at the most) all that sounds meanwhile is suppressed. Works at the rate of the microphone; 2 to 3 ms of delay. Never throws on audio.
 *
 * @throws AudioError `unsupported`, from `reference`, when its rate is another one and no resampler was given.
 */
export const kalmanEcho = ({ resampler }: KalmanEchoConfig = {}): EchoCanceller =>
  createEchoCanceller(kalmanTreatment, resampler);
