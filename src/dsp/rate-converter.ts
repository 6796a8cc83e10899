import { type AudioFrame, endOf, type Hertz, type SampleIndex } from '../audio.js';
import { AudioError } from '../errors.js';
import type { Resampler, Resampling } from './resampler.js';

/** A fold from frames of any rate to frames of one. */
export interface RateConverter {
  /** What is ready after this frame, in order; none of it empty. Only a frame that has the rate already comes without a resampler. */
  convert(frame: AudioFrame, resampler: Resampler | undefined): readonly AudioFrame[];
  /** What the filter still holds. */
  flush(): readonly AudioFrame[];
  /** Frees the memory; what the filter held is lost. */
  close(): void;
}

const none: readonly AudioFrame[] = [];

/**
 * Makes a fold that converts to a rate. Unbroken audio stays so, and sample `n` of the input stands at `round(n × ratio)` of the output, however the
 * audio is cut; a jump of `position` and a change of rate flush the filter and begin anew.
 */
export function rateConverter({ to, quality }: { readonly to: Hertz; readonly quality: number }): RateConverter {
  let stream: Resampling | undefined;
  let rate: Hertz = to;
  /** Of the input, and of the output: where the next frame begins. */
  let next: SampleIndex = -1;
  let emitted: SampleIndex = 0;

  const close = (): void => {
    stream?.close();
    stream = undefined;
  };
  const scaled = (position: SampleIndex): SampleIndex => Math.round((position * to) / rate);
  const frameOf = (samples: Int16Array): readonly AudioFrame[] => {
    if (samples.length === 0) return none;
    const position = emitted;
    emitted += samples.length;
    return [{ samples, sampleRate: to, position }];
  };
  const flush = (): readonly AudioFrame[] => {
    if (!stream) return none;
    const last = frameOf(stream.flush(scaled(next) - emitted));
    close();
    return last;
  };

  return {
    convert(frame, resampler) {
      const { samples, sampleRate, position } = frame;
      const rest = position !== next || sampleRate !== rate ? flush() : none;
      next = endOf(frame);
      rate = sampleRate;
      if (sampleRate === to) return rest === none ? [frame] : [...rest, frame];
      if (!stream) {
        if (!resampler) throw new AudioError('resample: another rate, and no resampler is loaded', { code: 'backend_missing' });
        stream = resampler.open({ from: sampleRate, to, quality });
        emitted = scaled(position);
      }
      const ready = frameOf(stream.process(samples));
      return rest === none ? ready : [...rest, ...ready];
    },
    flush,
    close,
  };
}
