/** Samples per second and channel, for example 24000. */
export type Hertz = number;

/** A length or a moment in milliseconds. */
export type Millis = number;

/** The number of a sample, counted from 0 where its stream began. */
export type SampleIndex = number;

/** Mono PCM16 audio: a window of a stream, never mutated once emitted. */
export interface AudioFrame {
  /** Signed 16-bit samples, -32768 to 32767. */
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly sampleRate: Hertz;
  /** Index of the first sample since the stream began; a jump says that audio is missing before it. */
  readonly position: SampleIndex;
}

/** What a voice activity detector holds of a frame. */
export type VadState = 'silence' | 'speech_starting' | 'speech' | 'speech_ending';

/** An audio frame that a voice activity detector has looked at. */
export interface VoiceFrame extends AudioFrame {
  /** State after this frame. */
  readonly vad: VadState;
  /** Root mean square of the samples, 0 to 1. */
  readonly level: number;
}

/** Number of samples that `ms` milliseconds take at `sampleRate`, rounded to the nearest whole sample. */
export const samplesIn = (ms: Millis, sampleRate: Hertz): number => Math.round((ms * sampleRate) / 1000);

/** Milliseconds that `samples` samples take at `sampleRate`. */
export const durationOf = (samples: number, sampleRate: Hertz): Millis => (samples * 1000) / sampleRate;

/** Index of the first sample after the frame: where the next frame of an unbroken stream begins. */
export const endOf = (frame: AudioFrame): SampleIndex => frame.position + frame.samples.length;
