import { isObservable } from 'rxjs';
import { type AudioFrame, durationOf, type Millis } from '../audio.js';
import { ConfigError } from '../errors.js';
import type { HeldConfig, StreamSource } from './audio-stream.js';
import { isRawAudio, type RawAudio } from './raw-audio.js';

/** What a stream may be made of: audio, or anything that gives it piece by piece. */
export type AudioInput = RawAudio | StreamSource<RawAudio>;

const isIterable = (source: unknown): source is StreamSource<never> =>
  typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source);

/** Throws ConfigError unless it is audio, or something that may give some. */
export function checkSource(source: unknown): void {
  if (isRawAudio(source) || isObservable(source) || isIterable(source)) return;
  throw new ConfigError(
    `VoxStream: source: must be audio, an iterable, an async iterable or an Observable, got ${source === null ? 'null' : `a ${typeof source}`}`,
    { code: 'invalid_config' },
  );
}

/** Audio as a source of one piece. */
export const sourceOf = (input: AudioInput): StreamSource<RawAudio> => (isRawAudio(input) ? [input] : input);

/** Frames that wait for who reads them: a minute of them at most. */
export const heldFrames: HeldConfig<AudioFrame> = {
  sizeOf: ({ samples, sampleRate }): Millis => durationOf(samples.length, sampleRate),
  maxHeldMs: 60_000,
};
