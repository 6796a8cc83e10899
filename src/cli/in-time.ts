import { type AudioFrame, endOf, samplesIn } from '../audio.js';
import type { FrameProcessor } from '../dsp/frame-processor.js';
import { sampleQueue } from '../dsp/sample-queue.js';

/** A fold over frames that gives what a processor makes of them, at the time at which it went in. */
export interface InTime {
  /** As many samples as are complete, in frames as long as this one. */
  push(frame: AudioFrame): readonly AudioFrame[];
  /** The rest: all in all as much as was pushed. */
  end(): readonly AudioFrame[];
}

/**
 * Takes audio through a processor, and its delay off again. Silence follows the audio for as long as the delay, so that the last of it comes out, too.
 */
export const inTime = (processor: FrameProcessor): InTime => {
  const treated = sampleQueue();
  let last: AudioFrame | undefined;
  let size = 0;
  let early = 0;
  let position = 0;

  const hear = (frame: AudioFrame): void => {
    treated.push(processor.process(frame));
    // Some delays are known only when the rate is.
    if (last === undefined) {
      early = samplesIn(processor.delayMs, frame.sampleRate);
      position = frame.position;
    }
    const passed = Math.min(early, treated.length());
    treated.skip(passed);
    early -= passed;
    last = frame;
  };
  const take = (count: number, { sampleRate }: AudioFrame): AudioFrame => {
    const frame = { samples: treated.take(count), sampleRate, position };
    position = endOf(frame);
    return frame;
  };

  return {
    push(frame) {
      size = Math.max(size, frame.samples.length);
      hear(frame);
      return treated.length() < size ? [] : [take(size, frame)];
    },
    end() {
      if (last === undefined) return [];
      const { sampleRate } = last;
      const whole = endOf(last);
      for (let left = samplesIn(processor.delayMs, sampleRate); left > 0; left -= size) {
        hear({ samples: new Int16Array(Math.min(size, left)), sampleRate, position: endOf(last) });
      }
      const frames: AudioFrame[] = [];
      while (position < whole) frames.push(take(Math.min(size, whole - position), last));
      return frames;
    },
  };
};
