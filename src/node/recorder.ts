import { map, merge, mergeMap, Observable } from 'rxjs';
import { type AudioFrame, type Hertz, type Millis, samplesIn } from '../audio.js';
import { AudioError } from '../errors.js';
import { watchdog } from '../watchdog.js';
import { type Program, type Running, runProgram } from './program.js';
import { sampleFifo } from './sample-fifo.js';

/** A program that writes raw mono PCM16 to its output. */
export interface RecorderConfig {
  readonly program: Program;
  readonly sampleRate: Hertz;
  readonly chunkMs: Millis;
}

const FIRST_MS = 5000;
const SILENT_MS = 500;

const NO_BYTES = Buffer.alloc(0);

/** Cuts bytes as they come into frames of one length; half a sample waits for its other half. */
const framesOf = ({ child }: Running, { sampleRate, chunkMs }: RecorderConfig): Observable<AudioFrame> =>
  new Observable((subscriber) => {
    const size = Math.max(1, samplesIn(chunkMs, sampleRate));
    const waiting = sampleFifo();
    let half: Buffer = NO_BYTES;
    let position = 0;
    const accept = (part: Buffer): void => {
      const bytes = half.length > 0 ? Buffer.concat([half, part]) : part;
      const samples = new Int16Array(bytes.length >> 1);
      Buffer.from(samples.buffer).set(bytes.subarray(0, 2 * samples.length));
      half = bytes.subarray(2 * samples.length);
      waiting.push(samples);
      while (waiting.length >= size) {
        const frame = { samples: waiting.take(size), sampleRate, position };
        position += size;
        subscriber.next(frame);
      }
    };
    child.stdout.on('data', accept);
    return () => child.stdout.off('data', accept);
  });

/**
 * Records with a program: subscribing starts it, unsubscribing ends it.
 *
 * @throws AudioError in-stream: `backend_missing` when it is not installed, `open_failed` when it ends before the first
 * frame, `device_lost` when it ends later or delivers nothing for 500 ms.
 */
export const recorder = (config: RecorderConfig): Observable<AudioFrame> =>
  runProgram(config.program).pipe(
    mergeMap((running) => {
      const { chunkMs, program } = config;
      const { command } = program;
      let isOpen = false;
      const failed = (what: string): AudioError =>
        new AudioError(`the microphone ${isOpen ? 'was lost' : 'could not be opened'}: ${command}: ${what}`, {
          code: isOpen ? 'device_lost' : 'open_failed',
          retryable: isOpen,
        });
      const end$ = running.ended$.pipe(
        map(({ reason }): never => {
          throw failed(reason);
        }),
      );
      const frame$ = framesOf(running, config).pipe(
        map((frame) => {
          isOpen = true;
          return frame;
        }),
      );
      return merge(frame$, end$).pipe(
        watchdog({
          firstMs: FIRST_MS,
          ms: Math.max(SILENT_MS, 2 * chunkMs),
          lost: () => failed('it delivers nothing; was it unplugged?'),
        }),
      );
    }),
  );
