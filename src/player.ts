import { durationOf, type Hertz, type Millis, samplesIn } from './audio.js';
import { fade, fadeOutAfter } from './dsp/fade.js';
import type { FlushedItem, PlayoutEvent } from './events.js';
import type { JitterDepth } from './jitter-depth.js';
import { createPlayoutQueue, type PlayoutItem } from './playout-queue.js';

/** What takes audio, as far as the player is concerned. */
export interface PlayerSink {
  write(samples: Int16Array): void;
  flush(): void;
  readonly aheadSamples: number;
}

/** Plays audio of one sample rate into a sink, and accounts for what it took. */
export interface Player {
  /** The sink is open. */
  attach(sink: PlayerSink): void;
  /** The sink has taken so many samples since it was opened. */
  take(total: number): void;
  push(itemId: string, responseId: string, samples: Int16Array): void;
  /** The provider has sent all audio of these items. */
  finish(isMeant: (item: PlayoutItem) => boolean): void;
  /** Silences the sink and throws away what it has not taken. */
  flush(): readonly FlushedItem[];
  /** Silences the sink and keeps what it has not taken. */
  pause(): void;
  /** Goes on from the very sample. */
  resume(): void;
  /** Factor of the amplitude, 0 to 1, reached within the next write. */
  duck(gain: number): void;
  /** Whether all was taken and no item is open. */
  readonly isDrained: boolean;
}

/** When so little is left to sound in the midst of an item, the end is faded out. */
const lastMs: Millis = 20;

/**
 * A player without clock or device: keeps the sink `aheadSamples` ahead in writes of at most 20 ms, gathers as much as
 * `depth` says before it begins, and fades out when it runs dry in the midst of an item.
 *
 * @param report Told what becomes of each item; may call the player again.
 */
export const createPlayer = (sampleRate: Hertz, depth: JitterDepth, report: (event: PlayoutEvent) => void): Player => {
  const queue = createPlayoutQueue(sampleRate);
  let sink: PlayerSink | undefined;
  let taken = 0;
  let reported = 0;
  let isPumping = false;
  let isDue = false;
  let isPaused = false;
  let isFilling = true;
  let gain = 1;
  let nextGain = 1;
  let last: Int16Array = new Int16Array(0);

  const tell = (events: readonly PlayoutEvent[]): void => {
    for (const event of events) report(event);
  };
  /** Hears out what the sink has taken; one that takes at once is told of once. */
  const settle = (): void => {
    const news = taken - reported;
    reported = taken;
    if (news > 0) tell(queue.take(news));
  };
  const shaped = (samples: Int16Array): Int16Array => {
    if (gain === 1 && nextGain === 1) return samples;
    const from = gain;
    gain = nextGain;
    return fade(samples, from, gain);
  };
  const write = (to: PlayerSink): void => {
    const samples = queue.pull();
    if (!samples) return;
    last = shaped(samples);
    to.write(last);
  };
  const isGathering = (): boolean => isFilling && queue.open !== undefined && durationOf(queue.waiting, sampleRate) < depth.ms;

  /** The sink is about to run dry in the midst of an item. */
  const runDry = (to: PlayerSink): void => {
    const { open } = queue;
    const isEndless = to.aheadSamples === Number.POSITIVE_INFINITY;
    if (isFilling || isEndless || !open || queue.waiting > 0 || queue.inFlight > samplesIn(lastMs, sampleRate)) return;
    isFilling = true;
    depth.underrun();
    const filler = fadeOutAfter(last);
    queue.fill(filler.length);
    to.write(filler);
    report({ type: 'playout.underrun', itemId: open.itemId, responseId: open.responseId, prefillMs: depth.ms });
  };
  /** Writes what the sink may have, and reports what it took. */
  const turnOver = (to: PlayerSink): void => {
    while (!isPaused && queue.waiting > 0 && !isGathering() && queue.inFlight - (taken - reported) < to.aheadSamples) {
      isFilling = false;
      write(to);
    }
    settle();
    if (!isPaused) runDry(to);
    if (queue.isDrained) isFilling = true;
  };
  /** What it causes while it runs, by sinks that take at once and by listeners that answer, makes it run once more. */
  const pump = (): void => {
    isDue = true;
    if (isPumping) return;
    isPumping = true;
    while (isDue && sink) {
      isDue = false;
      turnOver(sink);
    }
    isPumping = false;
  };
  /** Silences the sink; what it took meanwhile is accounted for. */
  const silence = (): void => {
    const wasPumping = isPumping;
    isPumping = true;
    sink?.flush();
    settle();
    isPumping = wasPumping;
  };

  return {
    attach(opened) {
      sink = opened;
      taken = reported = 0;
      pump();
    },
    take(total) {
      taken = total;
      pump();
    },
    push(itemId, responseId, samples) {
      depth.arrived(responseId, durationOf(samples.length, sampleRate));
      queue.push(itemId, responseId, samples);
      pump();
    },
    finish(isMeant) {
      tell(queue.finish(isMeant));
      pump();
    },
    flush() {
      silence();
      isPaused = false;
      isFilling = true;
      return queue.flush();
    },
    pause() {
      isPaused = true;
      silence();
      queue.rewind();
    },
    resume() {
      isPaused = false;
      pump();
    },
    duck(to) {
      nextGain = Math.min(1, Math.max(0, to));
    },
    get isDrained() {
      return queue.isDrained;
    },
  };
};
