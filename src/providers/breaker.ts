import type { Millis } from '../audio.js';
import { recentTimes } from './recent-times.js';

/** When a provider that fails is left alone, and for how long. */
export interface BreakerConfig {
  /**
   * How many failures open it: 1 or more; `Infinity`: they do not.
   * @default 5
   */
  readonly failures?: number;
  /**
   * Within how long, in milliseconds: 1 or more; `Infinity` forgets none until it has opened.
   * @default 10_000
   */
  readonly withinMs?: Millis;
  /**
   * How long it stays open before one attempt is let through, in milliseconds, 0 or more; also how long the outcome of that is waited for.
   * `Infinity`: none is, while there are others.
   * @default 30_000
   */
  readonly restMs?: Millis;
}

/**
 * Why a breaker is open: it failed too often, it refused in a way that trying again cannot help, or it asked to be left
 * alone for a time.
 */
export type OpenReason = 'failures' | 'refused' | 'asked';

/** A circuit breaker: whether a provider is worth an attempt. `half_open` while one attempt probes. */
export type Breaker =
  | { readonly state: 'closed'; readonly failedAt: readonly Millis[] }
  | { readonly state: 'open' | 'half_open'; readonly untilMs: Millis; readonly reason: OpenReason };

/** What a breaker is told. */
export type BreakerEvent =
  | { readonly type: 'attempted' | 'ready' | 'failed' | 'silent' | 'refused' }
  | { readonly type: 'asked'; readonly restMs: Millis };

export const closedBreaker: Breaker = { state: 'closed', failedAt: [] };

/** Whether an attempt may be made: it is closed, or its rest is over, or nothing came of the probe. */
export const letsThrough = (breaker: Breaker, now: Millis): boolean => breaker.state === 'closed' || now >= breaker.untilMs;

/**
 * The breaker after an event: closed → open after `failures` within `withinMs`, or at once → half-open with the first
 * attempt after `restMs` → closed or open, as that turns out. An attempt that was answered by silence (`silent`) opens it at once: each takes
 * 5 s, so that there are never as many as five within 10 s.
 */
export const breaker = (
  state: Breaker,
  event: BreakerEvent,
  now: Millis,
  { failures = 5, withinMs = 10_000, restMs = 30_000 }: BreakerConfig = {},
): Breaker => {
  const opened = (reason: OpenReason, ms = restMs): Breaker => ({ state: 'open', untilMs: now + ms, reason });
  switch (event.type) {
    case 'attempted':
      if (state.state === 'closed' || !letsThrough(state, now)) return state;
      return { state: 'half_open', untilMs: now + restMs, reason: state.reason };
    case 'ready':
      return state.state === 'closed' ? state : closedBreaker;
    case 'refused':
      return opened('refused');
    case 'asked':
      return opened('asked', event.restMs);
    case 'silent':
      return state.state === 'open' ? state : opened('failures');
    case 'failed': {
      if (state.state !== 'closed') return state.state === 'open' ? state : opened('failures');
      const failedAt = recentTimes(state.failedAt, now, withinMs);
      return failedAt.length < failures ? { state: 'closed', failedAt } : opened('failures');
    }
  }
};
