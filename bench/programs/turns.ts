import { setImmediate as yieldTurn } from 'node:timers/promises';
import { Subject } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { type BenchLane, loudspeaker, startPipe } from './pipe.js';
import { frameSize, sampleRate, silence, speech, windowsOf } from './speech.js';
import { startServer } from './start-server.js';

/** What to do. */
interface Plan {
  /** The other end: a simulator that answers at once. */
  readonly server: string;
  readonly turns: number;
  readonly lane: BenchLane;
}

/** Milliseconds from the frame that ended a turn to the first samples of the answer, turn by turn. */
export type Turns = readonly number[];

const { server, turns, lane } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const url = await startServer(server);
const frames$ = new Subject<AudioFrame>();
const times: number[] = [];
let isReady = false;
let answers = 0;
let deliveredAt = 0;
let endedAt: number | undefined;

const speaker = loudspeaker(() => {
  if (endedAt !== undefined) times.push(performance.now() - endedAt);
  endedAt = undefined;
});
const note = ({ type }: VoiceEvent): void => {
  if (type === 'connection.established') isReady = true;
  else if (type === 'speech.stopped') endedAt = deliveredAt;
  else if (type === 'playout.item_done') answers += 1;
};
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await yieldTurn();
};

startPipe(frames$, { url, openSocket, speaker, lane, told: note });
await until(() => isReady);
const turn = [...windowsOf(speech()).slice(0, 50), ...windowsOf(silence()).slice(0, 50)];
let position = 0;
for (let count = 1; count <= turns; count++) {
  for (const samples of turn) {
    deliveredAt = performance.now();
    frames$.next({ samples, sampleRate, position });
    position += frameSize;
    await yieldTurn();
  }
  await until(() => answers === count);
}
process.send?.(times satisfies Turns, () => process.exit());
