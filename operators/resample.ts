import { defer, type MonoTypeOperatorFunction } from 'rxjs';
import type { AudioFrame, Hertz } from '../src/audio.js';
import { rateConverter } from '../src/dsp/rate-converter.js';
import { assertQuality, assertRate, loadResampler, type Resampler } from '../src/dsp/resampler.js';
import { type Transcoder, transcode } from '../src/transcode.js';

/** What rate to convert to, and how well. */
export interface ResampleConfig {
  /** Rate of the emitted frames, a whole number of Hz. */
  readonly to: Hertz;
  /**
   * 0 (fastest) to 10 (best).
   * @default 5
   */
  readonly quality?: number;
  /**
   * A resampler that is already loaded: `await loadResampler()`. Needed in virtual time, where promises do not run.
   * @default loaded with the first frame that has another rate; what comes meanwhile waits, in order
   */
  readonly resampler?: Resampler;
}

/**
 * Converts audio to another sample rate.
 *
 * Frames that have the rate already pass as they are, and nothing is loaded for them. Of each other frame it emits at once what is ready: the output
 * lags by the filter's look-ahead (1.7 ms at quality 5, 5.3 ms at 10, from 48 to 24 kHz), but is aligned with the input, and `position` counts in the new rate without a break.
 * On completion, at a jump of `position` and at a change of rate the rest follows, so that an unbroken stretch from sample `a` to `b` becomes exactly
 * the samples from `round(a × ratio)` to `round(b × ratio)`. On error the rest is dropped. Unsubscribing frees the memory.
 *
 * @returns Frames of varying length, none of them empty; `frame` makes them even.
 * @throws RangeError on call, when the rate is no positive whole number or the quality none of 0 to 10.
 * @throws AudioError `backend_missing`, in-stream, when the WebAssembly module cannot be loaded.
 */
export function resample({ to, quality = 5, resampler }: ResampleConfig): MonoTypeOperatorFunction<AudioFrame> {
  assertRate(to);
  assertQuality(quality);

  return (source) =>
    defer(() => {
      let loaded = resampler;
      let isPassing = false;
      const converting = (by: Resampler): Transcoder<AudioFrame, AudioFrame> => {
        loaded = by;
        const { convert, flush, close } = rateConverter({ to, quality });
        return { push: (frame) => convert(frame, by), flush, close };
      };
      return source.pipe(
        transcode<AudioFrame, AudioFrame>({
          open({ sampleRate }) {
            isPassing = sampleRate === to && !loaded;
            if (isPassing) return passing;
            return loaded ? converting(loaded) : loadResampler().then(converting);
          },
          opensAnew: ({ sampleRate }) => isPassing && sampleRate !== to,
        }),
      );
    });
}

/** Nothing is loaded for what has the rate already. */
const passing: Transcoder<AudioFrame, AudioFrame> = { push: (frame) => [frame], flush: () => [], close() {} };
