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
      say(sessionCreated);
    });
  return { openSocket, say: (data: string) => say(data), sent: () => sent };
};

const expectCount = (what: string, count: number, expected: number): void => {
  if (count !== expected) throw new Error(`${what}: ${count} instead of ${expected}`);
};

/** A caller, and a service that speaks in messages of 20 and of 200 ms. */
const session = (samples: Int16Array, share: 0 | 1) => {
  const frames$ = new Subject<AudioFrame>();
  const { openSocket, say, sent } = memorySocket();
  const speaker = loudspeaker();
  startPipe(frames$, { url: 'ws://memory', openSocket, speaker });
  const next = microphone(samples);
  // The pre-roll comes with the beginning of speech, before anything is counted.
  for (let at = 0; at < 500; at++) frames$.next(next());
  for (const text of opening) say(text);

  const up: Work = (count) => {
    const before = sent();
    for (let at = 0; at < count; at++) frames$.next(next());
    expectCount('frames sent', sent() - before, count * share);
    say(committed);
  };
  const downOf = (ms: number): Work => {
    const messages = audioDeltas(ms);
    let at = 0;
    return (count) => {
      const before = speaker.played;
      const end = at + (count * 20) / ms;
      for (; at < end; at++) say(messages[at % messages.length] as string);
      expectCount('samples played', speaker.played - before, count * frameSize);
    };
  };
  return { up, downOf };
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

const subjects = {
  up: () => session(speech(), 1).up,
  upSilence: () => session(silence(), 0).up,
  down: () => session(speech(), 1).downOf(200),
  downShort: () => session(speech(), 1).downOf(20),
  vad: vadAlone,
};

/** What to measure in this process, alone: what else runs in it would share its compiled code and its garbage. */
export type Measured = keyof typeof subjects;

interface Plan extends Budget {
  readonly subject: Measured;
}

const { subject, ...budget } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const { work } = await interleave({ work: subjects[subject]() }, budget);
process.send?.(work, () => process.exit());
