import { type MonoTypeOperatorFunction, map } from 'rxjs';
import type { AudioFrame } from 'rxvox';

export interface AmplifyConfig {
  /** Gain in decibels; 6 doubles the amplitude. */
  readonly db: number;
}

/** An operator of the user's own: makes audio louder. A frame in, a new frame out, for frames are shared and never changed. */
export const amplify = ({ db }: AmplifyConfig): MonoTypeOperatorFunction<AudioFrame> => {
  const gain = 10 ** (db / 20);
  const louder = (sample: number): number => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain)));
  return map((frame) => ({ ...frame, samples: frame.samples.map(louder) }));
};
