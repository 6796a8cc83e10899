import { Observable, Subject } from 'rxjs';
import { vad } from '../../operators/vad.js';
import type { AudioFrame } from '../../src/audio.js';
import type { OpenSocket } from '../../src/providers/provider.js';
import { type Budget, interleave, type Work } from './cpu.js';
import { loudspeaker, startPipe } from './pipe.js';
import { audioDeltas, committed, opening, sessionCreated } from './service.js';
import { frameSize, microphone, silence, speech } from './speech.js';

/** A socket whose other end is this program. */
const memorySocket = () => {
  let say: (data: string) => void = () => undefined;
  let sent = 0;
  const openSocket: OpenSocket = () =>
    new Observable((subscriber) => {
      say = (data) => subscriber.next({ type: 'message', data });
      subscriber.next({ type: 'open', socket: { send: () => void sent++, bufferedAmount: 0 } });
      for (const data of [sessionCreated, ...opening]) say(data);
    });
  return { openSocket, say: (data: string) => say(data), sent: () => sent };
};

const expectCount = (what: string, count: number, expected: number): void => {
  if (count !== expected) throw new Error(`${what}: ${count} instead of ${expected}`);
};

/** Frames in, messages out: all of them where it is speech, none of silence. */
const up = (samples: Int16Array, share: 0 | 1): Work => {
  const frames$ = new Subject<AudioFrame>();
  const { openSocket, say, sent } = memorySocket();
  startPipe(frames$, 'ws://memory', openSocket, loudspeaker());
  const next = microphone(samples);
  for (let at = 0; at < 500; at++) frames$.next(next());
  return (count) => {
    const before = sent();
    for (let at = 0; at < count; at++) frames$.next(next());
    expectCount('frames sent', sent() - before, count * share);
    say(committed);
  };
};

/** Messages of `ms` in, samples out. */
const down = (ms: number): Work => {
  const { openSocket, say } = memorySocket();
  const speaker = loudspeaker();
  startPipe(new Subject<AudioFrame>(), 'ws://memory', openSocket, speaker);
  const messages = audioDeltas(ms);
  let at = 0;
  return (count) => {
    const before = speaker.played;
    const end = at + (count * 20) / ms;
    for (; at < end; at++) say(messages[at % messages.length] as string);
    expectCount('samples played', speaker.played - before, count * frameSize);
  };
};

const vadAlone = (): Work => {
  const frames$ = new Subject<AudioFrame>();
  let heard = 0;
  frames$.pipe(vad()).subscribe({
    next() {
      heard++;
    },
    error(error: unknown) {
      throw error;
    },
  });
  const next = microphone(speech());
  return (count) => {
    const before = heard;
    for (let at = 0; at < count; at++) frames$.next(next());
    expectCount('frames heard', heard - before, count);
  };
};

const budget = JSON.parse(process.argv[2] ?? '{}') as Budget;
const works = { up: up(speech(), 1), upSilence: up(silence(), 0), down: down(20), downLong: down(200), vad: vadAlone() };
const results = await interleave(works, budget);
process.send?.(results, () => process.exit());
