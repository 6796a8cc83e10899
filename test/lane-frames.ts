import { samplesIn, type VoiceFrame } from '../src/audio.js';

/** A frame of hand-written samples at 1 kHz, so that one sample is one millisecond. */
export const at = (position: number, ...samples: readonly number[]): VoiceFrame => ({
  samples: Int16Array.from(samples),
  sampleRate: 1000,
  position,
  vad: 'speech',
  level: 0.1,
});

/** What stands at a position of a stream that counts its samples: a frame of `ms` at 1 kHz whose values are their positions. */
export const counted = (position: number, ms: number): VoiceFrame =>
  at(position, ...Array.from({ length: samplesIn(ms, 1000) }, (_, index) => position + index));
