import { endOf } from '../audio.js';
import type { FrameProcessor } from '../dsp/frame-processor.js';

/** Opens what is done to the audio of one stream. */
export type OpenTreatment = () => FrameProcessor;

/** Does nothing. */
export const untreated: OpenTreatment = () => ({
  delayMs: 0,
  process: ({ samples }) => samples,
  reset: () => undefined,
  close: () => undefined,
});

/**
 * Treats the frames of one stream as `current` says at the moment: opens anew when that changes, and resets what is open at a jump of `position` and
 * at a change of rate.
 */
export function following(current: () => OpenTreatment): FrameProcessor {
  let open: OpenTreatment | undefined;
  let processor = untreated();
  let next = -1;
  let rate = 0;
  return {
    get delayMs() {
      return processor.delayMs;
    },
    process(frame) {
      const wanted = current();
      if (wanted !== open) {
        processor.close();
        processor = wanted();
        open = wanted;
      } else if (frame.position !== next || frame.sampleRate !== rate) processor.reset();
      next = endOf(frame);
      rate = frame.sampleRate;
      return processor.process(frame);
    },
    reset: () => processor.reset(),
    close: () => {
      processor.close();
      processor = untreated();
      open = undefined;
    },
  };
}

/** Processors one after another, as one. */
export function chained(parts: readonly FrameProcessor[]): FrameProcessor {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return {
    get delayMs() {
      return parts.reduce((sum, { delayMs }) => sum + delayMs, 0);
    },
    process(frame) {
      const { sampleRate, position } = frame;
      return parts.reduce((samples, part) => part.process({ samples, sampleRate, position }), frame.samples);
    },
    reset() {
      for (const part of parts) part.reset();
    },
    close() {
      for (const part of parts) part.close();
    },
  };
}
