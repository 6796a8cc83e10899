import { type AudioFrame, endOf, samplesIn } from '../audio.js';
import type { FrameProcessor } from '../dsp/frame-processor.js';
import { pieces } from './pieces.js';

/**
 * Takes whole audio through a processor, and its delay off again: what comes out stands where it stood before, and there is as much of it. Silence follows the
 * audio for as long as the delay, so that the last of it comes out, too.
 */
export const inTime = (processor: FrameProcessor, audio: AudioFrame): AudioFrame => {
  const { samples, sampleRate, position } = audio;
  const treated = pieces(audio).map((piece) => processor.process(piece));
  // Some delays are known only when the rate is.
  const delay = samplesIn(processor.delayMs, sampleRate);
  const silence: AudioFrame = { samples: new Int16Array(delay), sampleRate, position: endOf(audio) };
  const late = [...treated, ...pieces(silence).map((piece) => processor.process(piece))];

  const whole = new Int16Array(samples.length + delay);
  let at = 0;
  for (const part of late) {
    whole.set(part, at);
    at += part.length;
  }
  return { samples: whole.subarray(delay), sampleRate, position };
};
