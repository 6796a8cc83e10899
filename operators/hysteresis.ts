import { concat, concatMap, defer, EMPTY, endWith, type Observable, type OperatorFunction, of, switchMap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import type { LaneDecision, VoiceEvent } from '../src/events.js';
import { requestReason } from '../src/lane.js';
import { isReleased, laneHold, noHold } from '../src/state/lane-hold.js';
import { wait } from '../src/wait.js';

/** Settings of `hysteresis`. */
export interface HysteresisConfig {
  /**
   * Least time between two switches. A decision that comes earlier waits; of several the last counts.
   * @default 500
   */
  readonly cooldownMs?: Millis;
  /**
   * Whether to go back to the fast lane as soon as a response that began in the lane is over and nothing else needs it: no open response, no
   * call without an output.
   * @default true
   */
  readonly preferFast?: boolean;
  /**
   * How long another lane than the fast one may last without a decision for it.
   * @default 5000
   */
  readonly bigLaneTimeoutMs?: Millis;
  /**
   * What then becomes of tools that still run: they go on and tell their result later, or are stopped.
   * @default 'background'
   */
  readonly onTimeout?: 'background' | 'abort';
  /**
   * The name of the fast lane, in which everything begins.
   * @default 'fast'
   */
  readonly fast?: string;
}

/** A lane is to be wanted, or the wish that waits is void. */
type Wish = LaneDecision | undefined;

/**
 * Keeps decisions about lanes from flapping: decisions (`lane.decided` among the events, too) and events in, decisions for another lane than
 * the one before out.
 *
 * Emits a decision at once when the last one that it emitted is `cooldownMs` ago, else when it is; an explicit request (`lane.request`) at
 * once always. Of its own it decides for the fast lane, with the reasons `released` (see `preferFast`) and `lane_timeout`; both wait for the
 * cool-down, too. A lane that failed is noticed by `lane.failed`. Completes with its source; what waits then is void.
 *
 * @throws RangeError on call, when `cooldownMs` is negative or `bigLaneTimeoutMs` is not positive.
 */
export function hysteresis({
  cooldownMs = 500,
  preferFast = true,
  bigLaneTimeoutMs = 5000,
  onTimeout = 'background',
  fast = 'fast',
}: HysteresisConfig = {}): OperatorFunction<LaneDecision | VoiceEvent, LaneDecision> {
  if (!(cooldownMs >= 0)) throw new RangeError(`hysteresis: cooldownMs must be >= 0, got ${cooldownMs}`);
  if (!(bigLaneTimeoutMs > 0)) throw new RangeError(`hysteresis: bigLaneTimeoutMs must be > 0, got ${bigLaneTimeoutMs}`);
  const toFast = (reason: string): LaneDecision => ({ lane: fast, reason, confidence: 1, at: clock.now() });
  const timedOut = (): LaneDecision => ({ ...toFast('lane_timeout'), ...(onTimeout === 'abort' ? { abortsTools: true } : {}) });

  return (source) =>
    defer(() => {
      let lane = fast;
      let coolAt = Number.NEGATIVE_INFINITY;
      let hold = noHold;
      /** In which lane each open response began. */
      const begunIn = new Map<string, string>();

      const wishesOf = (entry: LaneDecision | VoiceEvent): readonly Wish[] => {
        if (!('type' in entry) || entry.type === 'lane.decided') return [entry];
        hold = laneHold(hold, entry);
        if (entry.type === 'lane.failed') {
          if (entry.lane !== lane) return [];
          lane = entry.to;
          return [undefined];
        }
        if (entry.type === 'response.created') begunIn.set(entry.response.id ?? '', lane);
        if (entry.type !== 'response.done') return [];
        const id = entry.response.id ?? '';
        const isAnswered = begunIn.get(id) === lane;
        begunIn.delete(id);
        return preferFast && lane !== fast && isAnswered && isReleased(hold) ? [toFast('released')] : [];
      };

      const take = (decision: LaneDecision): Observable<LaneDecision> =>
        defer(() => {
          // Another response may have begun while the return waited.
          const isVoid = decision.reason === 'released' && !isReleased(hold);
          if (isVoid || decision.lane === lane) return EMPTY;
          lane = decision.lane;
          coolAt = clock.now() + cooldownMs;
          return of(decision);
        });

      const whenCool = (decision: LaneDecision): Observable<LaneDecision> => {
        const waitMs = decision.reason === requestReason || decision.lane === lane ? 0 : coolAt - clock.now();
        return waitMs > 0 ? wait(waitMs).pipe(switchMap(() => take(decision))) : take(decision);
      };

      const whenLong = (): Observable<LaneDecision> =>
        lane === fast ? EMPTY : wait(bigLaneTimeoutMs).pipe(switchMap(() => whenCool(timedOut())));

      return source.pipe(
        concatMap(wishesOf),
        endWith<Wish>(undefined),
        switchMap((wish) => (wish ? concat(whenCool(wish), defer(whenLong)) : EMPTY)),
      );
    });
}
