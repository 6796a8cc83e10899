import { concatMap, defer, distinct, filter, map, merge, type Observable, startWith, switchMap, take, takeWhile } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { SessionState } from '../src/state/session-state.js';
import { ofType } from './ofType.js';
import { turnBoundary } from './turnBoundary.js';

/** Settings of `limitBudget`. */
export interface LimitBudgetConfig {
  /** What may be spent, in USD, above 0. */
  readonly usd: number;
  /**
   * What was spent so far, in USD: asked at the beginning and after each event that carries a usage, and to know of that event already. What is folded
   * over the events must be folded by an epic that stands before this one.
   */
  readonly costOf: (state: SessionState) => number;
  /**
   * Models that were used and have no price, which `costOf` knows nothing of: asked when `costOf` is.
   * @default none are known
   */
  readonly unpricedOf?: (state: SessionState) => readonly string[];
}

/** From which part of the budget on it is warned. */
const warnPart = 0.8;

const spends = ['response.done', 'conversation.item.input_audio_transcription.completed'] as const;

/**
 * The epic of conversations that may cost so much and no more: says `usage.budget_warning` when 80 % are spent, once, and
 * `usage.budget_unpriced` of each model that counts as nothing. When all is spent, it says
 * `usage.budget_exhausted` and sends `connection.close` at the next turn boundary: nobody speaks, no answer is open or due, no tool runs, nothing
 * sounds. So what the user is saying is still answered, and the answer heard to its end; it costs a little more than the budget. A turn of the user or
 * a call of a function that nothing answers within a second holds up the end no longer.
 *
 * Ends with that, or with its events.
 *
 * @throws RangeError on call, when `usd` is not above 0.
 */
export const limitBudget = ({ usd, costOf, unpricedOf }: LimitBudgetConfig): Epic => {
  if (!(usd > 0)) throw new RangeError(`limitBudget: usd must be above 0, got ${usd}`);
  return (events$, state) =>
    defer(() => {
      const { following$, boundary$ } = turnBoundary(events$, state);
      const spent$ = events$.pipe(ofType(...spends), startWith(undefined));
      const reaching = (cost: number): Observable<unknown> =>
        spent$.pipe(
          filter(() => costOf(state()) >= cost),
          take(1),
        );
      const told = <Type extends string>(type: Type) => ({ type, costUsd: costOf(state()), budgetUsd: usd });
      const close: Command = { type: 'connection.close' };

      return merge<(Command | VoiceEvent)[]>(
        following$,
        spent$.pipe(
          concatMap(() => unpricedOf?.(state()) ?? []),
          distinct(),
          map((model) => ({ ...told('usage.budget_unpriced'), model })),
        ),
        reaching(usd * warnPart).pipe(map(() => told('usage.budget_warning'))),
        reaching(usd).pipe(
          switchMap(() => boundary$),
          concatMap(() => [told('usage.budget_exhausted'), close]),
        ),
      ).pipe(takeWhile(({ type }) => type !== close.type, true));
    });
};
