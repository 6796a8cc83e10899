import type { FileHandle } from 'node:fs/promises';
import { catchError, concatMap, defer, EMPTY, from, map, type Observable, of, repeat, throwError, timer } from 'rxjs';
import { type AudioFrame, durationOf, type Millis, samplesIn } from '../audio.js';
import { clock } from '../clock.js';
import { endWav, readWav, type WavState, wavStart } from '../dsp/wav.js';
import { AudioError } from '../errors.js';
import { fileError, withFile } from './file.js';

/** How a WAV file is turned into frames. */
export interface WavSourceConfig {
  /**
   * `realtime`: each frame comes when a microphone would have delivered it. `fast`: as fast as they are taken.
   * @default 'realtime'
   */
  readonly pace?: 'realtime' | 'fast';
  /**
   * Silence after the end of the file, in milliseconds. Without it a last turn would never end: real files stop some
   * 40 ms after the last word.
   * @default 1000
   */
  readonly tailMs?: Millis;
  /**
   * Length of a frame, in milliseconds.
   * @default 20
   */
  readonly chunkMs?: Millis;
}

const BLOCK_BYTES = 1 << 16;
// setTimeout knows no longer wait; a frame is never that long, but its configuration may be.
const MAX_WAIT_MS = 2 ** 31 - 1;

const join = (a: Int16Array, b: Int16Array): Int16Array => {
  if (a.length === 0) return b;
  const joined = new Int16Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
};

/**
 * Reads a WAV file (PCM of 8 or 16 bits, float, A-law or µ-law, mono or stereo) as if it came from a microphone.
 *
 * Subscribing opens the file, unsubscribing closes it. Emits mono frames of `chunkMs` at the file's own sample rate,
 * `tailMs` of silence after them, and completes; the last frame may be shorter.
 *
 * @param path The file; it is read while it is played, never whole.
 * @throws RangeError on call, when `chunkMs` is not positive or `tailMs` is negative.
 * @throws AudioError `file` in-stream, when it cannot be read; `bad_wav`, when it is of another format.
 */
export function wavSource(
  path: string,
  { pace = 'realtime', tailMs = 1000, chunkMs = 20 }: WavSourceConfig = {},
): Observable<AudioFrame> {
  if (!(chunkMs > 0 && chunkMs <= MAX_WAIT_MS)) throw new RangeError(`wavSource: chunkMs must be > 0, got ${chunkMs}`);
  if (!(tailMs >= 0 && tailMs <= MAX_WAIT_MS)) throw new RangeError(`wavSource: tailMs must be >= 0, got ${tailMs}`);

  return withFile(path, (file) => {
    const startedAt = clock.now();
    // By deadline, not by interval: what one frame is late, the next one is not.
    const due = (frame: AudioFrame): Millis =>
      startedAt + durationOf(frame.position + frame.samples.length, frame.sampleRate) - clock.now();
    const onTime = (frame: AudioFrame): Observable<AudioFrame> => timer(Math.max(0, due(frame))).pipe(map(() => frame));
    const frames = framesOf(file, path, { tailMs, chunkMs });
    return pace === 'fast' ? frames((frame) => of(frame)) : frames(onTime);
  });
}

/** Reads block after block, the next one only when the frames of the last are out. */
const framesOf =
  (file: FileHandle, path: string, { tailMs, chunkMs }: { readonly tailMs: Millis; readonly chunkMs: Millis }) =>
  (pace: (frame: AudioFrame) => Observable<AudioFrame>): Observable<AudioFrame> => {
    let state: WavState = wavStart;
    let rest = new Int16Array(0);
    let position = 0;
    let ended = false;
    /** Samples of silence that are still to come, once the file has ended. */
    let tail: number | undefined;

    const cut = (samples: Int16Array, last: boolean): AudioFrame[] => {
      const { format } = state;
      if (format === undefined) return [];
      const { sampleRate } = format;
      const size = Math.max(1, samplesIn(chunkMs, sampleRate));
      const all = join(rest, samples);
      const end = last ? all.length : all.length - (all.length % size);
      const frames: AudioFrame[] = [];
      for (let at = 0; at < end; at += size) {
        frames.push({ samples: all.subarray(at, Math.min(at + size, end)), sampleRate, position: position + at });
      }
      rest = all.slice(end);
      position += end;
      return frames;
    };

    const step = (block: Uint8Array): AudioFrame[] => {
      if (block.length === 0) {
        // A second at a time, for a tail may be longer than memory.
        const { sampleRate } = endWav(state);
        const silence = Math.min(tail ?? samplesIn(tailMs, sampleRate), sampleRate);
        tail = (tail ?? samplesIn(tailMs, sampleRate)) - silence;
        ended = tail === 0;
        return cut(new Int16Array(silence), ended);
      }
      const [next, samples] = readWav(state, block);
      state = next;
      return cut(samples, false);
    };

    return defer(() => from(file.read(new Uint8Array(BLOCK_BYTES), 0, BLOCK_BYTES))).pipe(
      map(({ buffer, bytesRead }) => step(buffer.subarray(0, bytesRead))),
      catchError((error: unknown) => throwError(() => located(path, error))),
      concatMap((frames) => from(frames)),
      concatMap(pace),
      repeat({ delay: () => (ended ? EMPTY : of(0)) }),
    );
  };

const located = (path: string, cause: unknown): AudioError =>
  cause instanceof AudioError
    ? new AudioError(`${path} is ${cause.message}`, { code: cause.code, cause })
    : fileError('read', path, cause);
