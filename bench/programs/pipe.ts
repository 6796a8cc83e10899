import { ignoreElements, Observable } from 'rxjs';
import { encode } from '../../operators/encode.js';
import { type OpenSink, playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import { vad } from '../../operators/vad.js';
import type { AudioFrame, VoiceFrame } from '../../src/audio.js';
import type { AudioStage } from '../../src/audio-stage.js';
import { type BigLaneConfig, bigLane } from '../../src/engine/big-lane.js';
import { converse } from '../../src/engine/converse.js';
import { fastLane } from '../../src/engine/fast-lane.js';
import type { VoiceEvent } from '../../src/events.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import { simulator } from '../../src/providers/simulator.js';
import { tool } from '../../src/tool.js';

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

/** What the audio goes through: nothing but VAD and encoder, or all that a big lane may have. */
export type BenchLane = 'fast' | 'big';

export interface PipeConfig {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly speaker: Loudspeaker;
  /** @default 'fast' */
  readonly lane?: BenchLane;
  /** @default nobody */
  readonly told?: (event: VoiceEvent) => void;
}

/** The whole pipeline, from frames to frames; ends the process when it errors. */
export const startPipe = (
  frames$: Observable<AudioFrame>,
  { url, openSocket, speaker: { openSink }, lane = 'fast', told = () => undefined }: PipeConfig,
): void => {
  const [provider, playout] = [simulator({ url }), playTo(openSink)];
  const events$ =
    lane === 'fast'
      ? frames$.pipe(vad(), encode(), realtime(provider, { openSocket, playout }))
      : converse({ provider, openSocket, playout, input: frames$, lanes: [bigLane(everything), fastLane()], transcription });
  events$.subscribe({
    next: told,
    error(error: unknown) {
      throw error;
    },
  });
};

const transcription = { model: 'gpt-4o-mini-transcribe' };

const softer = (frame: VoiceFrame): VoiceFrame => ({ ...frame, samples: frame.samples.map((sample) => sample * 0.9) });
const smoother = (frame: VoiceFrame): VoiceFrame => {
  let last = 0;
  const next = (sample: number): number => {
    last += (sample - last) * 0.8;
    return last;
  };
  return { ...frame, samples: frame.samples.map(next) };
};

/** Stages that work at once, and one that is waited for. */
export const stages: readonly AudioStage[] = [
  { name: 'softer', process: softer },
  { name: 'smoother', process: smoother },
  { name: 'elsewhere', process: (frame) => Promise.resolve(frame) },
];

/** Stages, a tool, and an epic that sees every event. */
const everything: BigLaneConfig = {
  stages,
  tools: [
    tool({
      name: 'get_weather',
      description: 'The weather in a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
      run: () => 'sunny',
    }),
  ],
  epics: [ignoreElements()],
};
