import { BehaviorSubject, concat, concatMap, defer, map, merge, of, takeWhile } from 'rxjs';
import { durationOf, type Hertz, type Millis, samplesIn } from '../src/audio.js';
import type { Playout, PlayoutInput } from '../src/epic.js';
import type { PlayoutEvent } from '../src/events.js';
import { deviceTicks } from './device-ticks.js';

/** How a scripted playout plays. */
export interface ScriptedPlayoutConfig {
  /** @default 24000 */
  readonly sampleRate?: Hertz;
  /**
   * How much is played at a time, and how often it is reported.
   * @default 20
   */
  readonly blockMs?: Millis;
}

interface QueuedItem {
  readonly itemId: string;
  readonly responseId: string;
  queued: number;
  played: number;
  started: boolean;
  finished: boolean;
}

/** Samples of PCM16 in base64. */
const samplesOf = (delta: string): number => Math.floor((delta.replace(/=+$/, '').length * 3) / 8);

/** The queue of a playout without device or clock: each call says what happened. */
const playoutQueue = (sampleRate: Hertz) => {
  let items: QueuedItem[] = [];

  const settle = (): PlayoutEvent[] => {
    const events: PlayoutEvent[] = [];
    const ended = items.filter((item) => item.finished && item.queued === 0);
    const hadItems = items.length > 0;
    items = items.filter((item) => !ended.includes(item));
    for (const { itemId, responseId, played } of ended) {
      events.push({
        type: 'playout.item_done',
        itemId,
        responseId,
        playedSamples: played,
        playedMs: durationOf(played, sampleRate),
      });
    }
    const next = items.find((item) => item.queued > 0);
    if (next && !next.started) {
      next.started = true;
      events.push({ type: 'playout.started', itemId: next.itemId, responseId: next.responseId });
    }
    if (hadItems && items.length === 0) events.push({ type: 'playout.drained' });
    return events;
  };

  const flush = (): PlayoutEvent[] => {
    const cut = items.filter((item) => item.queued > 0);
    items = [];
    const ms = (samples: number) => durationOf(samples, sampleRate);
    return [
      {
        type: 'playout.flushed',
        items: cut.map((item) => ({ itemId: item.itemId, playedMs: ms(item.played), discardedMs: ms(item.queued) })),
      },
    ];
  };

  return {
    get isBusy() {
      return items.some((item) => item.queued > 0);
    },
    accept: (input: PlayoutInput): PlayoutEvent[] => {
      if (input.type === 'playout.flush') return flush();
      if (input.type === 'response.output_audio.done') {
        for (const item of items) item.finished ||= item.itemId === input.item_id;
        return settle();
      }
      if (input.type !== 'response.output_audio.delta') return [];
      const queued = samplesOf(input.delta);
      const known = items.find((item) => item.itemId === input.item_id);
      if (known) known.queued += queued;
      else
        items.push({ itemId: input.item_id, responseId: input.response_id, queued, played: 0, started: false, finished: false });
      return settle();
    },
    take: (block: number): PlayoutEvent[] => {
      const events: PlayoutEvent[] = [];
      for (
        let left = block, item = items.find(({ queued }) => queued > 0);
        item && left > 0;
        item = items.find(({ queued }) => queued > 0)
      ) {
        const { itemId, responseId } = item;
        const samples = Math.min(left, item.queued);
        left -= samples;
        item.queued -= samples;
        item.played += samples;
        events.push({
          type: 'playout.progress',
          itemId,
          responseId,
          playedSamples: item.played,
          playedMs: durationOf(item.played, sampleRate),
        });
        events.push(...settle());
      }
      return events;
    },
    end: (): PlayoutEvent[] => {
      for (const item of items) item.finished = true;
      return settle();
    },
  };
};

/**
 * A loudspeaker in virtual time: plays the audio of PCM16 deltas at their own pace, first in, first out.
 *
 * `playout.started` comes when an item's first sample is due (at once when nothing else sounds), `.progress` after each `blockMs` that has
 * sounded, `.item_done` when all of an item has sounded and the provider has finished it, `.drained` when nothing is left and no item is
 * unfinished, `.flushed` at once when asked for. Completes when its input has and all has sounded.
 */
export const scriptedPlayout =
  ({ sampleRate = 24_000, blockMs = 20 }: ScriptedPlayoutConfig = {}): Playout =>
  (input$) =>
    defer(() => {
      const queue = playoutQueue(sampleRate);
      const busy$ = new BehaviorSubject(false);
      let ended = false;

      const step = (events: readonly PlayoutEvent[]): readonly (PlayoutEvent | undefined)[] => {
        busy$.next(queue.isBusy);
        return ended && !queue.isBusy ? [...events, ...queue.end(), undefined] : events;
      };
      const end$ = defer(() => {
        ended = true;
        return of([]);
      });
      const inputs$ = concat(input$.pipe(map((input) => queue.accept(input))), end$);
      const ticks$ = deviceTicks(busy$, blockMs).pipe(map(() => queue.take(samplesIn(blockMs, sampleRate))));
      return merge(ticks$, inputs$).pipe(
        concatMap(step),
        takeWhile((event) => event !== undefined),
      );
    });
