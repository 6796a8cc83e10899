import { filter, type MonoTypeOperatorFunction, map, of, tap } from 'rxjs';
import { encode } from '../../operators/encode.js';
import { ofType } from '../../operators/ofType.js';
import { playTo } from '../../operators/playTo.js';
import type { VoiceFrame } from '../../src/audio.js';
import { bigLane } from '../../src/engine/big-lane.js';
import { converse } from '../../src/engine/converse.js';
import { fastLane } from '../../src/engine/fast-lane.js';
import type { Epic } from '../../src/epic.js';
import { isFrame, type VoiceEvent } from '../../src/events.js';
import { openSocket } from '../../src/node/open-socket.js';
import { simulator } from '../../src/providers/simulator.js';
import { initialLaneMetrics, type LaneMetrics, type LaneShare, laneMetrics, laneShares } from '../../src/state/lane-metrics.js';
import { type DialogueTurn, dialogue, type TurnKind, tools } from './dialogue.js';
import { createHeadset } from './headset.js';
import { stages } from './pipe.js';
import { sampleRate, speech, windowsOf } from './speech.js';
import { startServer } from './start-server.js';

/** What to do. */
interface Plan {
  /** The other end: a simulator that was told the dialogue. */
  readonly server: string;
  /** How many turns of the dialogue. */
  readonly turns: number;
}

/** A turn, and what became of it. */
export interface TurnMeasured {
  readonly kind: TurnKind;
  /** How many answers were heard to their end. */
  readonly answers: number;
  /** Whether they were what they were to be. */
  readonly isRight: boolean;
  readonly toolRuns: number;
  /** The lane in which it was answered. */
  readonly lane: string;
  /** From the end of the turn to what is told first of each kind, and to the first samples at the loudspeaker, in milliseconds. */
  readonly afterMs: Readonly<Record<string, number>>;
}

/** What came of it. */
export interface Conversation {
  readonly turns: readonly TurnMeasured[];
  readonly metrics: LaneMetrics;
  readonly shares: Readonly<Record<string, LaneShare>>;
  /** Where each switch led, and how long after its decision it was, in milliseconds. */
  readonly switches: readonly { readonly to: string; readonly ms: number }[];
  readonly seconds: number;
  /** Samples of the microphone that did not come out of the lanes. */
  readonly lostSamples: number;
  /** Largest difference between where a frame out of the lanes begins and where the one before ended. */
  readonly gapSamples: number;
}

// A conversation at the pace of a microphone and a loudspeaker that share one clock, as those of a headset do.

const { server, turns } = JSON.parse(process.argv[2] ?? '{}') as Plan;

/** What a turn has brought so far. */
interface Progress {
  readonly turn: DialogueTurn;
  readonly spoken: string[];
  readonly afterMs: Record<string, number>;
  heard: number;
  toolRuns: number;
  endedAt: number | undefined;
  lane: string;
}
const begin = (turn: DialogueTurn): Progress => ({
  turn,
  spoken: [],
  afterMs: {},
  heard: 0,
  toolRuns: 0,
  endedAt: undefined,
  lane: '',
});
const all = dialogue.slice(0, turns).map(begin);
let current: Progress | undefined;

const mark = (what: string): void => {
  if (current?.endedAt !== undefined) current.afterMs[what] ??= performance.now() - current.endedAt;
};

const headset = createHeadset(() => mark('first samples'));

let sent = 0;
let expected = 0;
let gapSamples = 0;
const watched: MonoTypeOperatorFunction<VoiceFrame | VoiceEvent> = tap((entry) => {
  if (!isFrame(entry)) return;
  gapSamples = Math.max(gapSamples, Math.abs(entry.position - expected));
  expected = entry.position + entry.samples.length;
  sent += entry.samples.length;
});

/** Half a second under what the assistant says, so that it is over before the next turn. */
const playMusic: Epic = (events$) =>
  events$.pipe(
    ofType('tool.succeeded'),
    filter(({ functionName }) => functionName === 'play_music'),
    map(() => ({ type: 'playout.play', id: 'music', source$: of(speech().slice(0, sampleRate / 2)) })),
  );

const startedAt = performance.now();
let metrics = initialLaneMetrics('fast', startedAt);
const switches: { readonly to: string; readonly ms: number }[] = [];
let isReady = false;

const told = (event: VoiceEvent): void => {
  const now = performance.now();
  metrics = laneMetrics(metrics, event, now);
  if (event.type === 'connection.established') isReady = true;
  if (event.type === 'lane.switched' && event.decidedAt !== undefined) switches.push({ to: event.to, ms: now - event.decidedAt });
  if (!current) return;
  const { afterMs } = current;
  switch (event.type) {
    case 'speech.stopped':
      current.endedAt = now;
      break;
    case 'input_audio_buffer.committed':
      mark('committed');
      break;
    case 'conversation.item.input_audio_transcription.completed':
      mark('words');
      break;
    case 'response.created':
      mark('tool output' in afterMs ? 'second response' : 'response');
      current.lane = metrics.lane;
      break;
    case 'response.function_call_arguments.done':
      mark('call');
      break;
    case 'tool.succeeded':
      mark('tool output');
      current.toolRuns++;
      break;
    case 'response.output_audio_transcript.done':
      current.spoken.push(event.transcript);
      break;
    case 'playout.item_done':
      current.heard++;
      break;
  }
};

const url = await startServer(server);
const over = new Promise<void>((resolve, reject) => {
  converse({
    provider: simulator({ url }),
    openSocket,
    playout: playTo(headset.openSink),
    input: headset.frames$,
    encode: (source) => source.pipe(watched, encode()),
    lanes: [fastLane(), bigLane({ tools, stages, epics: [playMusic] })],
    transcription: { model: 'gpt-4o-mini-transcribe' },
  }).subscribe({ next: told, error: reject, complete: resolve });
});

const quietFor = (ms: number): Promise<void> => headset.until(() => false, ms);
const voice = windowsOf(speech());
await headset.until(() => isReady);
for (const [index, progress] of all.entries()) {
  // Pauses of 200 to 680 ms, speech of 600 to 900.
  await quietFor(200 + ((index * 140) % 500));
  current = progress;
  await headset.speak(voice.slice(0, 30 + ((index * 7) % 16)));
  await headset.until(() => progress.heard > 0);
}
// A second answer would come within this.
await quietFor(1000);
const shares = laneShares(metrics, performance.now());
const seconds = (performance.now() - startedAt) / 1000;
await headset.close();
await over;

const measured = all.map(
  ({ turn: { kind, answer }, spoken, heard, toolRuns, lane, afterMs }): TurnMeasured => ({
    kind,
    answers: heard,
    isRight: spoken.length === 1 && spoken[0] === answer,
    toolRuns,
    lane,
    afterMs,
  }),
);
const result: Conversation = {
  turns: measured,
  metrics,
  shares,
  switches,
  seconds,
  lostSamples: headset.given - sent,
  gapSamples,
};
process.send?.(result, () => process.exit());
