import { durationOf, type Hertz, type Millis, samplesIn } from './audio.js';
import { fade, fadeOutAfter } from './dsp/fade.js';
import type { FlushedItem, PlayoutEvent } from './events.js';
import type { JitterDepth } from './jitter-depth.js';
import { createPlayoutQueue, type PlayoutItem } from './playout-queue.js';
import type { SoundMixer } from './sound-mixer.js';

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
  /** There may be something new of own sounds. */
  wake(): void;
  /** Whether all was taken and no item is open. */
  isDrained(): boolean;
}

/** When so little is left to sound in the midst of an item, the end is faded out. */
const lastMs: Millis = 20;

/**
 * A player without clock or device: keeps the sink `aheadSamples` ahead in writes of at most 20 ms, gathers as much as
 * `depth` says before it begins, and fades out when it runs dry in the midst of an item. Own sounds are mixed in, and written alone where there is
 * no speech: as fillers, which belong to no item, so that the account of speech does not know of them.
 *
 * @param report Told what becomes of each item; may call the player again.
 */
export const createPlayer = (
  sampleRate: Hertz,
  depth: JitterDepth,
  sounds: SoundMixer,
  report: (event: PlayoutEvent) => void,
): Player => {
  const queue = createPlayoutQueue(sampleRate);
  let sink: PlayerSink | undefined;
  let taken = 0;
  let reported = 0;
  let written = 0;
  let isPumping = false;
  let isDue = false;
  let isPaused = false;
  let isFilling = true;
  let gain = 1;
  let nextGain = 1;
  let last: Int16Array = new Int16Array(0);
  const writeSize = samplesIn(20, sampleRate);

  const tell = (events: readonly PlayoutEvent[]): void => {
    for (const event of events) report(event);
  };
  /** Hears out what the sink has taken; one that takes at once is told of once. */
  const settle = (): void => {
    const news = taken - reported;
    reported = taken;
    if (!sounds.isIdle()) sounds.take(taken);
    if (news > 0) tell(queue.take(news));
  };
  /** Hands over speech, with own sounds mixed in, or without speech those alone. Says whether there was anything. */
  const write = (to: PlayerSink, speech: Int16Array | undefined): boolean => {
    const from = gain;
    const samples = sounds.isIdle()
      ? speech && (from === 1 && nextGain === 1 ? speech : fade(speech, from, nextGain))
      : sounds.mix(speech, {
          from,
          to: nextGain,
          at: written,
          count: speech?.length ?? writeSize,
          isUnderSpeech: !queue.isDrained(),
        });
    if (!samples) return false;
    gain = nextGain;
    written += samples.length;
    if (!speech) queue.fill(samples.length);
    to.write(samples);
    return true;
  };
  const isRoom = (to: PlayerSink): boolean => !isPaused && queue.inFlight() - (taken - reported) < to.aheadSamples;
  const isGathering = (): boolean =>
    isFilling && queue.open() !== undefined && durationOf(queue.waiting(), sampleRate) < depth.ms();

  /** The sink is about to run dry in the midst of an item. */
  const runDry = (to: PlayerSink): void => {
    const open = queue.open();
    const isEndless = to.aheadSamples === Number.POSITIVE_INFINITY;
    if (isFilling || isEndless || !open || queue.waiting() > 0 || queue.inFlight() > samplesIn(lastMs, sampleRate)) return;
    isFilling = true;
    depth.underrun();
    const filler = fadeOutAfter(last);
    queue.fill(filler.length);
    write(to, filler);
    report({ type: 'playout.underrun', itemId: open.itemId, responseId: open.responseId, prefillMs: depth.ms() });
  };
  /** Own sounds, where there is no speech. In the midst of an item its next audio would come behind them: they wait until it has run dry. */
  const playAlone = (to: PlayerSink): void => {
    while (isRoom(to) && (isFilling || !queue.open()) && (queue.waiting() === 0 || isGathering()) && write(to, undefined));
    settle();
  };
  /** Writes what the sink may have, and reports what it took. */
  const turnOver = (to: PlayerSink): void => {
    while (isRoom(to) && queue.waiting() > 0 && !isGathering()) {
      isFilling = false;
      last = queue.pull() ?? last;
      write(to, last);
    }
    settle();
    if (!isPaused) runDry(to);
    if (queue.isDrained()) isFilling = true;
    if (!sounds.isIdle()) playAlone(to);
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
    written = taken;
    sounds.rewind();
    isPumping = wasPumping;
  };

  return {
    attach(opened) {
      sink = opened;
      taken = reported = written = 0;
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
      const items = queue.flush();
      pump();
      return items;
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
    wake: pump,
    isDrained: queue.isDrained,
  };
};
