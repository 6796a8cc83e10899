import { Observable, Subscription } from 'rxjs';
import { durationOf, type Hertz, type Millis, samplesIn } from '../src/audio.js';
import { clock } from '../src/clock.js';
import { fade, fadeOutAfter } from '../src/dsp/fade.js';
import type { Playout, PlayoutInput } from '../src/epic.js';
import type { PlayoutEvent, PlayoutFlush } from '../src/events.js';
import { createJitterDepth } from '../src/jitter-depth.js';
import { createPlayoutQueue } from '../src/playout-queue.js';
import { outputFormatOf, type WireFormat } from '../src/state/audio-format.js';
import { droppedLimit } from '../src/state/playout-clock.js';
import { decodePayload } from '../src/wire/payload.js';

/** A loudspeaker or a file, open. */
export interface AudioSink {
  /** Queues samples; the device takes them in order. The array is not changed afterwards. */
  write(samples: Int16Array): void;
  /**
   * Throws away what the device has not taken. What will still sound counts as taken, and is told by `taken$` before
   * this returns.
   */
  flush(): void;
  /** How many samples the device has taken since it was opened, at each take. Errors with `AudioError` when the device is lost. */
  readonly taken$: Observable<number>;
  /**
   * How many samples to keep queued ahead of the device: at least three of its buffers. Infinity for what takes all at
   * once, as a file may: it never runs dry.
   */
  readonly aheadSamples: number;
}

/** Opens a sink at a sample rate: subscribing opens, emits the sink once, unsubscribing closes. Errors with `AudioError`. */
export type OpenSink = (sampleRate: Hertz) => Observable<AudioSink>;

export interface PlayToConfig {
  /**
   * How much audio to gather before an answer is played, in milliseconds, when it comes steadily. The service sends
   * faster than it plays, so this costs less than it says.
   * @default 60
   */
  readonly prefillMs?: Millis;
  /**
   * How much to gather at the most, however unsteadily it comes.
   * @default 1000
   */
  readonly maxPrefillMs?: Millis;
}

/** When so little is left to sound in the midst of an item, the end is faded out. */
const lastMs: Millis = 20;

/**
 * A playout over a device: a jitter buffer that plays audio first in, first out, and reports what the device took.
 *
 * Keeps the sink `aheadSamples` ahead, in writes of at most 20 ms. Gathers `prefillMs` before it begins, and as much as
 * the unsteadiness of arrival calls for after the device has run dry (`playout.underrun`); what sounded last then fades
 * out. Opens the sink when subscribed, at 24 kHz, and again when the session's output format has another rate.
 * Completes when its input has and all was taken. Audio that is not base64 is passed over with a
 * `diagnostic.malformed_event`.
 *
 * @throws RangeError on call, when a length is negative.
 * @throws AudioError in-stream, from the sink.
 */
export const playTo = (openSink: OpenSink, { prefillMs = 60, maxPrefillMs = 1000 }: PlayToConfig = {}): Playout => {
  if (!(prefillMs >= 0 && maxPrefillMs >= prefillMs)) {
    throw new RangeError(`playTo: 0 <= prefillMs <= maxPrefillMs, got ${prefillMs} and ${maxPrefillMs}`);
  }

  return (input$) =>
    new Observable((subscriber) => {
      const depth = createJitterDepth(prefillMs, maxPrefillMs, clock.now);
      let format = outputFormatOf(undefined);
      let queue = createPlayoutQueue(format.sampleRate);
      let sink: AudioSink | undefined;
      let device = new Subscription();
      let dropped: readonly string[] = [];
      let taken = 0;
      let reported = 0;
      let isPumping = false;
      let isDue = false;
      let isPaused = false;
      let isFilling = true;
      let isInputOpen = true;
      let gain = 1;
      let nextGain = 1;
      let last: Int16Array = new Int16Array(0);

      const report = (events: readonly PlayoutEvent[]): void => {
        for (const event of events) subscriber.next(event);
      };
      const shaped = (samples: Int16Array): Int16Array => {
        if (gain === 1 && nextGain === 1) return samples;
        const from = gain;
        gain = nextGain;
        return fade(samples, from, gain);
      };
      const write = (to: AudioSink): void => {
        const samples = queue.pull();
        if (!samples) return;
        last = shaped(samples);
        to.write(last);
      };
      const isGathering = (): boolean =>
        isFilling && queue.open !== undefined && durationOf(queue.waiting, format.sampleRate) < depth.ms;

      /** The device is about to run dry in the midst of an item. */
      const runDry = (to: AudioSink): void => {
        const { open } = queue;
        if (
          isFilling ||
          !open ||
          to.aheadSamples === Number.POSITIVE_INFINITY ||
          queue.waiting > 0 ||
          queue.inFlight > samplesIn(lastMs, format.sampleRate)
        )
          return;
        isFilling = true;
        depth.underrun();
        const filler = fadeOutAfter(last);
        queue.fill(filler.length);
        to.write(filler);
        report([{ type: 'playout.underrun', itemId: open.itemId, responseId: open.responseId, prefillMs: depth.ms }]);
      };

      /** Hears out what the device has taken; a sink that takes at once is told of once. */
      const settle = (): void => {
        const news = taken - reported;
        reported = taken;
        if (news > 0) report(queue.take(news));
      };
      /** Writes what the sink may have, and reports what it took. */
      const turnOver = (to: AudioSink): void => {
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
        if (!isInputOpen && queue.isDrained) subscriber.complete();
      };
      /** Silences the device; what it took meanwhile is accounted for. */
      const silence = (): void => {
        const wasPumping = isPumping;
        isPumping = true;
        sink?.flush();
        settle();
        isPumping = wasPumping;
      };

      const flush = ({ responseIds = [] }: PlayoutFlush): void => {
        silence();
        const items = queue.flush();
        const gone = [...new Set([...items.map(({ responseId }) => responseId), ...responseIds])];
        dropped = [...dropped.filter((id) => !gone.includes(id)), ...gone].slice(-droppedLimit);
        isPaused = false;
        isFilling = true;
        report([{ type: 'playout.flushed', items, responseIds: gone }]);
      };
      const open = (next: WireFormat): void => {
        format = next;
        queue = createPlayoutQueue(next.sampleRate);
        sink = undefined;
        device.unsubscribe();
        device = new Subscription();
        const fail = (error: unknown): void => subscriber.error(error);
        device.add(
          openSink(next.sampleRate).subscribe({
            next(opened) {
              sink = opened;
              taken = reported = 0;
              watch(opened);
              pump();
            },
            error: fail,
          }),
        );
      };
      const watch = (opened: AudioSink): void => {
        device.add(
          opened.taken$.subscribe({
            next(total) {
              taken = total;
              pump();
            },
            error: (error: unknown) => subscriber.error(error),
          }),
        );
      };
      const accept = (input: PlayoutInput): void => {
        switch (input.type) {
          case 'response.output_audio.delta': {
            if (dropped.includes(input.response_id)) break;
            const samples = decodePayload(input.delta, format.encoding);
            if (samples) {
              depth.arrived(input.response_id, durationOf(samples.length, format.sampleRate));
              queue.push(input.item_id, input.response_id, samples);
            } else subscriber.next({ type: 'diagnostic.malformed_event', eventType: input.type, paths: ['delta'] });
            break;
          }
          case 'response.output_audio.done':
            report(queue.finish(({ itemId }) => itemId === input.item_id));
            break;
          case 'response.done':
            report(queue.finish(({ responseId }) => responseId === input.response.id));
            break;
          case 'playout.flush':
            flush(input);
            break;
          case 'playout.pause':
            isPaused = true;
            silence();
            queue.rewind();
            break;
          case 'playout.resume':
            isPaused = false;
            break;
          case 'playout.duck':
            nextGain = Math.min(1, Math.max(0, input.gain));
            break;
          default: {
            const next = outputFormatOf(input.session);
            if (next.sampleRate !== format.sampleRate) open(next);
            else format = next;
          }
        }
        pump();
      };

      subscriber.add(() => device.unsubscribe());
      open(format);
      subscriber.add(
        input$.subscribe({
          next: accept,
          error: (error: unknown) => subscriber.error(error),
          complete() {
            isInputOpen = false;
            report(queue.finish(() => true));
            if (queue.isDrained) subscriber.complete();
            else pump();
          },
        }),
      );
    });
};
