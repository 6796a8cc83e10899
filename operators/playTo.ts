import { Observable, Subscription } from 'rxjs';
import type { Hertz } from '../src/audio.js';
import type { Playout, PlayoutInput } from '../src/epic.js';
import type { PlayoutEvent } from '../src/events.js';
import { createPlayoutQueue } from '../src/playout-queue.js';
import { outputFormatOf, type WireFormat } from '../src/state/audio-format.js';
import { decodePayload } from '../src/wire/payload.js';

/** A loudspeaker or a file, open. */
export interface AudioSink {
  /** Queues samples; the device takes them in order. The array is not changed afterwards. */
  write(samples: Int16Array): void;
  /** Throws away what the device has not taken. */
  flush(): void;
  /** How many samples the device has taken since it was opened, at each take. Errors with `AudioError` when the device is lost. */
  readonly taken$: Observable<number>;
  /** How many samples to keep queued ahead of the device: at least three of its buffers. */
  readonly aheadSamples: number;
}

/** Opens a sink at a sample rate: subscribing opens, emits the sink once, unsubscribing closes. Errors with `AudioError`. */
export type OpenSink = (sampleRate: Hertz) => Observable<AudioSink>;

/**
 * A playout over a device: plays audio first in, first out, and reports what the device took.
 *
 * Keeps the sink `aheadSamples` ahead, in writes of at most 20 ms. Opens the sink when subscribed, at 24 kHz, and
 * again when the session's output format has another rate. Completes when its input has and all was taken. Audio that
 * is not base64 is passed over with a `diagnostic.malformed_event`.
 *
 * @throws AudioError in-stream, from the sink.
 */
export const playTo =
  (openSink: OpenSink): Playout =>
  (input$) =>
    new Observable((subscriber) => {
      let format = outputFormatOf(undefined);
      let queue = createPlayoutQueue(format.sampleRate);
      let sink: AudioSink | undefined;
      let device = new Subscription();
      let taken = 0;
      let reported = 0;
      let isPumping = false;
      let isInputOpen = true;

      const report = (events: readonly PlayoutEvent[]): void => {
        for (const event of events) subscriber.next(event);
      };
      /** Writes what the sink may have; a sink that takes at once is heard out before the next report. */
      const pump = (): void => {
        if (isPumping || !sink) return;
        isPumping = true;
        while (queue.inFlight - (taken - reported) < sink.aheadSamples) {
          const samples = queue.pull();
          if (!samples) break;
          sink.write(samples);
        }
        isPumping = false;
        const news = taken - reported;
        reported = taken;
        if (news > 0) {
          report(queue.take(news));
          pump();
        }
        if (!isInputOpen && queue.isEmpty) subscriber.complete();
      };
      const open = (next: WireFormat): void => {
        format = next;
        queue = createPlayoutQueue(next.sampleRate);
        sink = undefined;
        device.unsubscribe();
        device = new Subscription();
        device.add(
          openSink(next.sampleRate).subscribe({
            next(opened) {
              sink = opened;
              taken = reported = 0;
              watch(opened);
              pump();
            },
            error: (error: unknown) => subscriber.error(error),
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
            const samples = decodePayload(input.delta, format.encoding);
            if (samples) queue.push(input.item_id, input.response_id, samples);
            else subscriber.next({ type: 'diagnostic.malformed_event', eventType: input.type, paths: ['delta'] });
            pump();
            break;
          }
          case 'response.output_audio.done':
            report(queue.finish(input.item_id));
            break;
          case 'playout.flush':
            sink?.flush();
            report([queue.flush()]);
            break;
          default: {
            const next = outputFormatOf(input.session);
            if (next.sampleRate !== format.sampleRate) open(next);
            else format = next;
          }
        }
      };

      subscriber.add(() => device.unsubscribe());
      open(format);
      subscriber.add(
        input$.subscribe({
          next: accept,
          error: (error: unknown) => subscriber.error(error),
          complete() {
            isInputOpen = false;
            if (queue.isEmpty) subscriber.complete();
          },
        }),
      );
    });
