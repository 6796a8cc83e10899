import { ignoreElements, interval, map, merge, mergeMap, type Observable, of, Subject, startWith } from 'rxjs';
import type { AudioSink } from '../../operators/playTo.js';
import { type AudioFrame, type Hertz, samplesIn } from '../audio.js';
import { clock } from '../clock.js';
import { AudioError } from '../errors.js';
import { type Program, type Running, runProgram } from './program.js';
import { sampleFifo } from './sample-fifo.js';

/** A program that plays raw mono PCM16 from its input. */
export interface PlayerConfig {
  readonly program: Program;
  readonly sampleRate: Hertz;
}

const BUFFER_MS = 20;
/** A pipe would take 1.6 to 5 s of audio at once, all of which were heard after a flush. */
const LEAD_MS = 80;
const QUEUE_MS = 60;
const TICK_MS = 10;
/** A pipe that fills by that much is no longer read. */
const STUCK_MS = 500;

/**
 * Feeds the program by deadline, with silence when there is nothing else: its own clock cannot be read. What was fed
 * counts as taken when it is due to be heard, or at a flush, for then it is too late to take it back.
 */
const feed = ({ child }: Running, sampleRate: Hertz) => {
  const size = samplesIn(BUFFER_MS, sampleRate);
  const waiting = sampleFifo();
  const taken$ = new Subject<number>();
  const reference$ = new Subject<AudioFrame>();
  /** Samples in each buffer that was fed and is not taken. */
  let underway: number[] = [];
  let startedAt = clock.now();
  let fed = 0;
  /** Buffers of silence of its own, after stalls. */
  let skipped = 0;
  let taken = 0;

  const feedOne = (): void => {
    const samples = waiting.take(size);
    const buffer = new Int16Array(size);
    buffer.set(samples);
    child.stdin.write(Buffer.from(buffer.buffer));
    underway.push(samples.length);
    reference$.next({ samples: buffer, sampleRate, position: (fed + skipped) * size });
    fed += 1;
  };
  const take = (buffers: number): void => {
    const samples = underway.slice(0, buffers).reduce((sum, length) => sum + length, 0);
    underway = underway.slice(buffers);
    taken += samples;
    if (samples > 0) taken$.next(taken);
  };
  const tick = (): void => {
    let due = Math.floor((clock.now() - startedAt + LEAD_MS) / BUFFER_MS) - fed;
    const late = due - LEAD_MS / BUFFER_MS;
    // After a stall the device has been silent for as long; feeding all that is due would delay what follows for ever.
    if (late > 0) {
      startedAt += late * BUFFER_MS;
      skipped += late;
      due -= late;
    }
    for (; due > 0; due -= 1) feedOne();
    take(Math.max(0, underway.length - LEAD_MS / BUFFER_MS));
  };
  const sink: AudioSink = {
    write: (samples) => waiting.push(samples),
    flush() {
      waiting.clear();
      take(underway.length);
    },
    taken$,
    reference$,
    aheadSamples: samplesIn(LEAD_MS + QUEUE_MS, sampleRate),
  };
  return { sink, tick };
};

/**
 * Plays with a program: subscribing starts it and emits the sink, unsubscribing ends it at once.
 *
 * @throws AudioError in-stream: `backend_missing` when it is not installed, `device_lost` when it ends or no longer
 * takes audio.
 */
export const player = ({ program, sampleRate }: PlayerConfig): Observable<AudioSink> =>
  runProgram(program).pipe(
    mergeMap((running) => {
      const { sink, tick } = feed(running, sampleRate);
      const lost = (what: string): AudioError =>
        new AudioError(`the loudspeaker was lost: ${program.command}: ${what}`, { code: 'device_lost', retryable: true });
      return merge(
        of(sink),
        running.ended$.pipe(
          map(({ reason }): never => {
            throw lost(reason);
          }),
        ),
        interval(TICK_MS).pipe(
          startWith(0),
          map(() => {
            if (running.child.stdin.writableLength > 2 * samplesIn(STUCK_MS, sampleRate)) throw lost('it takes no more audio');
            tick();
          }),
          ignoreElements(),
        ),
      );
    }),
  );
