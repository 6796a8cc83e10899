import {
  BehaviorSubject,
  defer,
  finalize,
  ignoreElements,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  take,
  tap,
} from 'rxjs';
import type { AudioSink, OpenSink } from '../operators/playTo.js';
import { type Hertz, type Millis, samplesIn } from '../src/audio.js';
import { clock } from '../src/clock.js';
import { deviceTicks } from './device-ticks.js';
import { logged, type SubscriptionLogs } from './subscription-logs.js';

/** How a scripted loudspeaker behaves. */
export interface ScriptedSinkConfig {
  /**
   * How much it takes at a time, and how often.
   * @default 20
   */
  readonly blockMs?: Millis;
  /**
   * How much a player should keep queued ahead of it.
   * @default 60
   */
  readonly aheadMs?: Millis;
  /**
   * Opens when this first emits, for example `cold('--o')`; fails to open when this errors.
   * @default opens at once, on subscription
   */
  readonly opens$?: Observable<unknown>;
  /**
   * The device is lost when this errors: `cold('-----#', {}, new AudioError(…))`, counted from the subscription of `taken$`.
   * @default never
   */
  readonly lost$?: Observable<unknown>;
  /**
   * When it takes nothing, in milliseconds since it was opened, though there is something to take.
   * @default never
   */
  readonly stall?: { readonly fromMs: Millis; readonly ms: Millis };
}

/** A loudspeaker in virtual time, and what it was given. */
export interface ScriptedSink {
  readonly openSink: OpenSink;
  /** The rate of each opening. */
  readonly rates: readonly Hertz[];
  /** Every sample that the device took, of all openings. */
  readonly heard: () => Int16Array;
  /** When the device was opened and closed, for `expectSubscriptions`. */
  readonly subscriptions: SubscriptionLogs;
}

/**
 * A loudspeaker that takes `blockMs` of audio every `blockMs`, the first `blockMs` after it was written; so what it took has been heard.
 *
 * Once open it stays so until it is unsubscribed. With less than a block at hand it takes what there is. Its clock stands still while there is
 * nothing, and starts anew at the next write.
 */
export function scriptedSink({
  blockMs = 20,
  aheadMs = 60,
  opens$ = of(undefined),
  lost$ = NEVER,
  stall = { fromMs: 0, ms: 0 },
}: ScriptedSinkConfig = {}): ScriptedSink {
  const rates: Hertz[] = [];
  const heard: number[] = [];
  const subscriptions: SubscriptionLogs = [];

  const open = (sampleRate: Hertz): Observable<AudioSink> =>
    defer(() => {
      rates.push(sampleRate);
      const block = samplesIn(blockMs, sampleRate);
      const busy$ = new BehaviorSubject(false);
      const taken$ = new Subject<number>();
      const openedAt = clock.now();
      let queue: number[] = [];
      let taken = 0;

      const isStalled = (): boolean => {
        const ms = clock.now() - openedAt - stall.fromMs;
        return ms > 0 && ms <= stall.ms;
      };
      const takeBlock = (): void => {
        if (isStalled()) return;
        const samples = queue.splice(0, block);
        heard.push(...samples);
        taken += samples.length;
        busy$.next(queue.length > 0);
        taken$.next(taken);
      };
      const sink: AudioSink = {
        write: (samples) => {
          queue = queue.concat([...samples]);
          busy$.next(queue.length > 0);
        },
        flush: () => {
          queue = [];
          busy$.next(false);
        },
        taken$: merge(taken$, lost$.pipe(ignoreElements())),
        aheadSamples: samplesIn(aheadMs, sampleRate),
      };
      const device$ = deviceTicks(busy$, blockMs).pipe(tap(takeBlock), ignoreElements());
      return opens$.pipe(
        take(1),
        switchMap(() => merge(device$, of(sink))),
        finalize(() => taken$.complete()),
      );
    });

  return {
    openSink: (sampleRate) => logged(open(sampleRate), subscriptions),
    rates,
    heard: () => Int16Array.from(heard),
    subscriptions,
  };
}
