import type { MonoTypeOperatorFunction } from 'rxjs';
import { type AudioFrame, endOf, type Millis, samplesIn } from '../src/audio.js';
import { AudioError } from '../src/errors.js';
import { transform } from '../src/transform.js';

/** How audio is cut. */
export interface FrameConfig {
  /**
   * Length of every emitted frame, in milliseconds.
   * @default 20
   */
  readonly ms?: Millis;
  /**
   * What becomes of a short remainder when the source completes, and at a jump of `position`.
   * @default 'pad'
   */
  readonly tail?: 'pad' | 'drop';
}

/**
 * Re-cuts audio of any chunk size into frames of exactly `ms`.
 *
 * Emits a frame in the same tick its last sample arrives; adds no delay of its own. A chunk that is a frame already passes as it is. On
 * completion, and at a jump of `position`, the remainder is padded with silence, or dropped. On error it is dropped.
 *
 * @param config Frame length in milliseconds (> 0) and what to do with the tail.
 * @returns Mono PCM16 frames of `samplesIn(ms, sampleRate)` samples each (at least one), viewing the source's buffers where they can. A padded
 * frame may reach beyond the position at which a jump lands.
 * @throws RangeError on call, when `ms` is not positive.
 * @throws AudioError `format_mismatch`, in-stream, when the sample rate changes.
 * @see {@link https://datatracker.ietf.org/doc/html/rfc3551#section-4.2 | RFC 3551 §4.2}: 20 ms default.
 */
export function frame({ ms = 20, tail = 'pad' }: FrameConfig = {}): MonoTypeOperatorFunction<AudioFrame> {
  if (!(ms > 0 && ms < Number.POSITIVE_INFINITY)) throw new RangeError(`frame: ms must be > 0, got ${ms}`);

  return transform<AudioFrame, AudioFrame>(() => {
    let rate = 0;
    let size = 0;
    /** Never empty, always shorter than a frame. */
    let rest: AudioFrame | undefined;

    const flush = (emit: (frame: AudioFrame) => void): void => {
      const last = rest;
      rest = undefined;
      if (last && tail === 'pad') emit(padded(last, size));
    };

    const cut = (chunk: AudioFrame, emit: (frame: AudioFrame) => void): void => {
      const { length } = chunk.samples;
      const whole = length - (length % size);
      rest = whole < length ? part(chunk, whole, length) : undefined;
      if (length === size) emit(chunk);
      else for (let at = 0; at < whole; at += size) emit(part(chunk, at, at + size));
    };

    return {
      next(chunk, emit) {
        if (rate !== 0 && chunk.sampleRate !== rate) throw formatMismatch(rate, chunk);
        rate = chunk.sampleRate;
        size = Math.max(1, samplesIn(ms, rate));
        if (rest && endOf(rest) !== chunk.position) flush(emit);
        if (!rest) {
          cut(chunk, emit);
          return;
        }
        const missing = Math.min(size - rest.samples.length, chunk.samples.length);
        const first = joined(rest, part(chunk, 0, missing));
        rest = first.samples.length < size ? first : undefined;
        if (rest) return;
        emit(first);
        cut(part(chunk, missing, chunk.samples.length), emit);
      },
      flush,
    };
  });
}

const part = ({ samples, sampleRate, position }: AudioFrame, from: number, to: number): AudioFrame => ({
  samples: samples.subarray(from, to),
  sampleRate,
  position: position + from,
});

const joined = (a: AudioFrame, b: AudioFrame): AudioFrame => {
  const samples = new Int16Array(a.samples.length + b.samples.length);
  samples.set(a.samples);
  samples.set(b.samples, a.samples.length);
  return { samples, sampleRate: a.sampleRate, position: a.position };
};

const padded = ({ samples, sampleRate, position }: AudioFrame, size: number): AudioFrame => {
  const full = new Int16Array(size);
  full.set(samples);
  return { samples: full, sampleRate, position };
};

const formatMismatch = (rate: number, { sampleRate, position }: AudioFrame): AudioError =>
  new AudioError(`frame: sample rate changed from ${rate} to ${sampleRate} Hz at sample ${position}; resample before frame`, {
    code: 'format_mismatch',
  });
