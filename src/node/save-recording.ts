import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  finalize,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  of,
  takeUntil,
  tap,
} from 'rxjs';
import { resample } from '../../operators/resample.js';
import type { Hertz, Millis } from '../audio.js';
import { unixNow } from '../clock.js';
import { createCallLog } from '../engine/call-log.js';
import { type CallTimeline, createCallTimeline } from '../engine/call-timeline.js';
import { heardAudio } from '../engine/heard-audio.js';
import type { RecordedCall, Recorder } from '../engine/recorder.js';
import { AudioError } from '../errors.js';
import type { RecordingEvent } from '../events.js';
import { fileError } from './file.js';
import { openRecordingFiles, type RecordingFiles } from './recording-files.js';

/** Settings of `saveRecording`. */
export interface SaveRecordingConfig {
  /**
   * The folder in which each call gets one of its own; made where there is none.
   * @default './recordings'
   */
  readonly path?: string;
}

/** That of the service; telephone audio is converted. */
const sampleRate: Hertz = 24_000;
/** A process that is killed loses what its headers do not speak of yet. */
const settleMs: Millis = 500;

/**
 * Saves each call in a folder of its own, named after the moment at which it begins (`2025-11-21T12-34-56.789Z`, UTC): `user.wav`, `assistant.wav` as
 * far as it was heard, both in `mixed.wav`, and `events.jsonl`.
 *
 * The WAVs (24 kHz, mono, PCM16) are equally long and have one time line. They can be read at any moment, and lack half a second at the most, also
 * when the process is killed. What cannot be written becomes `recording.failed` with an `AudioError` `file`; nothing more is written then.
 */
export const saveRecording =
  ({ path = './recordings' }: SaveRecordingConfig = {}): Recorder =>
  (call) =>
    defer(() => {
      const folder = createFolder(path);
      return concat(of<RecordingEvent>({ type: 'recording.started', path: folder }), saveTo(folder)(call));
    }).pipe(catchError((error: unknown) => of(failed(path, error))));

/** Saves a call in a folder that is there already. */
export const saveTo =
  (folder: string): Recorder =>
  (call) =>
    defer(() => {
      const files = openRecordingFiles(folder, sampleRate);
      const timeline = createCallTimeline();
      const end = defer(() => {
        files.settle(timeline.now());
        files.close();
        return EMPTY;
      });
      return concat(save(call, files, timeline), end).pipe(finalize(() => files.abandon(timeline.now())));
    }).pipe(catchError((error: unknown) => of(failed(folder, error))));

const save = (
  { events$, voice$, captured$, wire$ }: RecordedCall,
  files: RecordingFiles,
  timeline: CallTimeline,
): Observable<never> => {
  const log = createCallLog();
  const over$ = events$.pipe(ignoreElements(), endWith(true));
  const until$ = <T>(source$: Observable<T>): Observable<T> => source$.pipe(takeUntil(over$));
  files.log(`${JSON.stringify({ at: 0, recording: { version: 1, startedAt: new Date(unixNow()).toISOString() } })}\n`);

  return merge(
    until$(captured$).pipe(tap(timeline.captured)),
    until$(voice$).pipe(
      map(timeline.place),
      resample({ to: sampleRate }),
      tap((frame) => files.put('user', frame)),
    ),
    until$(wire$).pipe(tap((message) => files.log(log.message(message, timeline.elapsed()) ?? ''))),
    events$.pipe(tap((event) => files.log(log.event(event, timeline.elapsed())))),
    events$.pipe(
      heardAudio(timeline),
      resample({ to: sampleRate }),
      tap((frame) => files.put('assistant', frame)),
    ),
    until$(interval(settleMs)).pipe(tap(() => files.settle(timeline.now()))),
  ).pipe(ignoreElements());
};

/** One of this moment; two calls may begin in one millisecond. */
const createFolder = (path: string): string => {
  const name = new Date(unixNow()).toISOString().replaceAll(':', '-');
  try {
    mkdirSync(path, { recursive: true });
    for (let count = 1; ; count++) {
      const folder = join(path, count === 1 ? name : `${name}-${count}`);
      if (makeNew(folder)) return folder;
    }
  } catch (error) {
    throw fileError('write', path, error);
  }
};

const makeNew = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

const failed = (path: string, error: unknown): RecordingEvent => ({
  type: 'recording.failed',
  error: error instanceof AudioError ? error : fileError('write', path, error),
});
