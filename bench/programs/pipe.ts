import { Observable } from 'rxjs';
import { encode } from '../../operators/encode.js';
import { type OpenSink, playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';

/** A loudspeaker that takes at once whatever it is given, and what it was given. */
export interface Loudspeaker {
  readonly openSink: OpenSink;
  /** Samples so far. */
  readonly played: number;
}

/** @param heard Told of each write. */
export const loudspeaker = (heard?: () => void): Loudspeaker => {
  let played = 0;
  const openSink: OpenSink = () =>
    new Observable((subscriber) => {
      let taken = 0;
      let take = (_: number): void => undefined;
      subscriber.next({
        write(samples) {
          heard?.();
          played += samples.length;
          taken += samples.length;
          take(taken);
        },
        flush: () => undefined,
        taken$: new Observable((taker) => {
          take = (total) => taker.next(total);
        }),
        aheadSamples: Number.POSITIVE_INFINITY,
      });
    });
  return {
    openSink,
    get played() {
      return played;
    },
  };
};

/** The whole pipeline, from frames to frames; ends the process when it errors. */
export const startPipe = (
  frames$: Observable<AudioFrame>,
  url: string,
  openSocket: OpenSocket,
  { openSink }: Loudspeaker,
  next: (event: VoiceEvent) => void = () => undefined,
): void => {
  frames$.pipe(vad(), encode(), realtime(simulator({ url }), { openSocket, playout: playTo(openSink) })).subscribe({
    next,
    error(error: unknown) {
      throw error;
    },
  });
};
