import { setTimeout as wait } from 'node:timers/promises';
import { Observable, Subject } from 'rxjs';
import type { OpenSink } from '../../operators/playTo.js';
import type { AudioFrame, Millis } from '../../src/audio.js';
import { frameSize, sampleRate, silence, windowsOf } from './speech.js';

/** A microphone and a loudspeaker that run at the pace of speech, by one clock. */
export interface Headset {
  /** The microphone. */
  readonly frames$: Observable<AudioFrame>;
  /** The loudspeaker. */
  readonly openSink: OpenSink;
  /** Samples that the microphone has given. */
  readonly given: number;
  /** Speaks these windows of 20 ms. */
  speak(windows: readonly Int16Array[]): Promise<void>;
  /** Is quiet until it is so, `longestMs` at the most. */
  until(condition: () => boolean, longestMs?: Millis): Promise<void>;
  /** Ends the microphone, and takes all that is left for the loudspeaker. */
  close(): Promise<void>;
}

/** @param heard Told of each write to the loudspeaker. */
export const createHeadset = (heard: () => void): Headset => {
  const frames$ = new Subject<AudioFrame>();
  const taken$ = new Subject<number>();
  const room = windowsOf(silence());
  const startedAt = performance.now();
  let count = 0;
  let queued = 0;
  let taken = 0;

  const openSink: OpenSink = () =>
    new Observable((subscriber) => {
      subscriber.next({
        write(samples) {
          heard();
          queued += samples.length;
        },
        flush() {
          queued = 0;
        },
        taken$,
        aheadSamples: 5 * frameSize,
      });
    });
  const take = (): void => {
    const samples = Math.min(queued, frameSize);
    if (samples === 0) return;
    queued -= samples;
    taken += samples;
    taken$.next(taken);
  };
  /** By deadline, as a device does. */
  const tick = async (samples: Int16Array): Promise<void> => {
    await wait(Math.max(0, startedAt + count * 20 - performance.now()));
    frames$.next({ samples, sampleRate, position: count++ * frameSize });
    take();
  };

  return {
    frames$,
    openSink,
    get given() {
      return count * frameSize;
    },
    async speak(windows) {
      for (const samples of windows) await tick(samples);
    },
    async until(condition, longestMs = 10_000) {
      const end = count + longestMs / 20;
      while (!condition() && count < end) await tick(room[count % room.length] as Int16Array);
    },
    async close() {
      frames$.complete();
      while (queued > 0) {
        take();
        await wait(0);
      }
    },
  };
};
