import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { defer, EMPTY, exhaustMap, Observable, of, repeat, Subject, tap, timer } from 'rxjs';
import { type OpenSink, playTo } from '../../operators/playTo.js';
import { type Hertz, samplesIn } from '../audio.js';
import { clock } from '../clock.js';
import { wavHeader } from '../dsp/wav.js';
import type { Playout } from '../epic.js';
import { fileError } from './file.js';
import { sampleFifo } from './sample-fifo.js';

/** How a WAV file takes its audio. */
export interface WavSinkConfig {
  /**
   * `realtime`: as a loudspeaker would, 20 ms every 20 ms. `fast`: at once.
   * @default 'realtime'
   */
  readonly pace?: 'realtime' | 'fast';
}

/** A WAV file whose header is right after each append. */
interface WavFile {
  append(samples: Int16Array): void;
  close(): void;
}

const BUFFER_MS = 20;
const AHEAD_MS = 60;

/**
 * Writes synchronously: what was taken is in the file, whatever happens next. What stood in the file is lost with the
 * first sample, and not before: a conversation that fails must not cost a recording.
 */
const createWavFile = (path: string, sampleRate: Hertz): WavFile => {
  const isNew = !existsSync(path);
  const file = openSync(path, isNew ? 'w' : 'r+');
  let length = 0;
  const write = (bytes: Uint8Array, at: number): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  };
  const writeHeader = (): number => {
    const header = wavHeader(sampleRate, length);
    write(header, 0);
    return header.length;
  };
  const start = wavHeader(sampleRate, 0).length;
  if (isNew) writeHeader();
  return {
    append(samples) {
      if (length === 0 && fstatSync(file).isFile()) ftruncateSync(file);
      write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), start + 2 * length);
      length += samples.length;
      writeHeader();
    },
    close: () => closeSync(file),
  };
};

/**
 * A WAV file (mono PCM16) as a sink: subscribing creates it, the first sample replaces what stood in it, unsubscribing
 * closes it.
 *
 * Holds what was taken, end to end, without the silence between; the file can be read at any moment.
 *
 * @throws AudioError `file` in-stream, when it cannot be written.
 */
export const openWavSink =
  (path: string, { pace = 'realtime' }: WavSinkConfig = {}): OpenSink =>
  (sampleRate) =>
    new Observable((subscriber) => {
      const waiting = sampleFifo();
      const written$ = new Subject<void>();
      const taken$ = new Subject<number>();
      let taken = 0;
      let dueAt = 0;

      const attempt = <T>(action: () => T): T | undefined => {
        try {
          return action();
        } catch (error) {
          const failure = fileError('write', path, error);
          taken$.error(failure);
          subscriber.error(failure);
          return undefined;
        }
      };
      const file = attempt(() => createWavFile(path, sampleRate));
      if (file === undefined) return undefined;

      const take = (count: number): void => {
        const samples = waiting.take(count);
        if (samples.length === 0) return;
        attempt(() => file.append(samples));
        taken += samples.length;
        taken$.next(taken);
      };
      // By deadline, not by interval, for as long as something waits.
      const next$ = defer(() => timer(Math.max(0, dueAt - clock.now()))).pipe(
        tap(() => {
          dueAt += BUFFER_MS;
          take(samplesIn(BUFFER_MS, sampleRate));
        }),
        repeat({ delay: () => (waiting.length > 0 ? of(0) : EMPTY) }),
      );
      const taking$ = written$.pipe(
        exhaustMap(() => {
          if (pace === 'fast') return defer(() => of(take(waiting.length)));
          dueAt = clock.now() + BUFFER_MS;
          return next$;
        }),
      );
      const taking = taking$.subscribe();
      subscriber.next({
        write(samples) {
          waiting.push(samples);
          written$.next();
        },
        flush: () => waiting.clear(),
        taken$,
        aheadSamples: pace === 'fast' ? Number.POSITIVE_INFINITY : samplesIn(AHEAD_MS, sampleRate),
      });
      return () => {
        taking.unsubscribe();
        attempt(() => file.close());
      };
    });

/** A WAV file as a playout. Creates the file when subscribed; errors as {@link openWavSink} does. */
export const wavSink = (path: string, config: WavSinkConfig = {}): Playout => playTo(openWavSink(path, config));
