import { BehaviorSubject, filter, take } from 'rxjs';
import type { Platform } from '../engine/platform.js';
import { capture } from './capture.js';
import { openSocketWith } from './open-socket.js';
import { saveRecording } from './save-recording.js';
import { speaker } from './speaker.js';

/** What a `VoiceEngine` runs on in Node: its own sockets (ws), microphones and loudspeakers, and the key of `OPENAI_API_KEY`. */
export const nodePlatform = (): Platform => {
  const openCount$ = new BehaviorSubject(0);
  const change = (by: number): void => openCount$.next(openCount$.value + by);
  return {
    openSocket: openSocketWith((ws) => {
      change(1);
      ws.once('close', () => change(-1));
    }),
    microphone: ({ device, sampleRate, chunkMs }) =>
      capture({ sampleRate, chunkMs, ...(device === undefined ? {} : { device }) }),
    loudspeaker: ({ device }) => speaker(device === undefined ? {} : { device }),
    recorder: saveRecording,
    apiKey: () => process.env.OPENAI_API_KEY,
    closed$: openCount$.pipe(
      filter((count) => count === 0),
      take(1),
    ),
  };
};
