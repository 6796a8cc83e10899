import { BehaviorSubject, distinctUntilChanged, EMPTY, filter, map, merge, type Observable, of, pairwise, switchMap } from 'rxjs';
import type { Millis } from '../audio.js';
import { checkRanges } from '../check-ranges.js';
import { clock } from '../clock.js';
import { ConfigError, ConnectionError, type EngineError } from '../errors.js';
import { wait } from '../wait.js';
import {
  type Breaker,
  type BreakerConfig,
  type BreakerEvent,
  breaker,
  closedBreaker,
  letsThrough,
  type OpenReason,
} from './breaker.js';
import { misfitOf } from './misfit.js';
import type { Provider } from './provider.js';

/** Settings of `failover`. */
export interface FailoverConfig {
  /** When a provider is left alone, and for how long. */
  readonly breaker?: BreakerConfig;
}

/** Which is tried first when all are left alone: what failed may be well again, what refused is not. */
const lastResorts: readonly OpenReason[] = ['failures', 'asked', 'refused'];

/**
 * Several providers in place of one: the first that works, in this order, and back to it when it is well again.
 *
 * Each has a circuit breaker, and all sessions that use the same object share them. An error that trying again can help
 * counts against its provider, losses of running sessions included; 5 of them within 10 s open its breaker. One that trying
 * again cannot help, such as a key that is not accepted, opens it at once, and so does an attempt that nobody answered in time, and a request
 * to wait, for as long as it asks. While it is open the next provider is used; after 30 s one attempt probes it. A session that reached its time limit
 * counts for nothing.
 *
 * When all are open the one that may be well soonest is tried all the same. Only when all have refused is that an error that
 * cannot be retried.
 *
 * Beside `choose`, its members are those of the first.
 *
 * @param providers At least two, with names of their own and the same audio formats.
 * @throws ConfigError on call, when they are not so.
 * @throws RangeError on call, when a setting of `breaker` is out of its range.
 */
export function failover(providers: readonly Provider[], { breaker: config = {} }: FailoverConfig = {}): Provider {
  const [first] = providers;
  const misfit = misfitOfChoice(providers);
  if (!first || misfit !== undefined) throw new ConfigError(`failover: ${misfit}`, { code: 'invalid_config' });
  const { failures = 1, withinMs = 1, restMs = 0 } = config;
  checkRanges('failover', { failures: [failures, 1], withinMs: [withinMs, 1], restMs: [restMs, 0] });

  const breakers$ = new BehaviorSubject<readonly Breaker[]>(providers.map(() => closedBreaker));

  const tell = (index: number, event: BreakerEvent): void => {
    const before = breakers$.value;
    const after = before.map((one, at) => (at === index ? breaker(one, event, clock.now(), config) : one));
    if (after[index] !== before[index]) breakers$.next(after);
  };

  const report = (index: number, outcome: 'ready' | EngineError): EngineError | undefined => {
    const event = outcome === 'ready' ? ({ type: 'ready' } as const) : eventOf(outcome);
    if (event) tell(index, event);
    return outcome === 'ready' ? undefined : consequence(index, outcome);
  };

  /** What the error means where there are others. */
  const consequence = (index: number, error: EngineError): EngineError | undefined => {
    const now = clock.now();
    const next = preferred(breakers$.value, now);
    if (next === index) return undefined;
    if (next !== undefined) return softened(error, `${providers[next]?.name} is next`, 0);
    const at = lastResort(breakers$.value);
    const state = breakers$.value[at];
    if (state?.state === 'closed' || state?.reason === 'refused') return undefined;
    const restMs = state?.reason === 'asked' ? Math.max(1, state.untilMs - now) : undefined;
    return softened(error, 'all providers have failed', restMs);
  };

  const choose = (current?: Provider): Provider => {
    const index = preferred(breakers$.value, clock.now()) ?? lastResort(breakers$.value);
    const currentIndex = providers.findIndex(({ name }) => name === current?.name);
    // Not counted as an attempt: whoever stays would leave a probe open.
    if (current && currentIndex >= 0 && currentIndex <= index) return current;
    tell(index, { type: 'attempted' });
    return reporting(providers[index] ?? first, (outcome) => report(index, outcome));
  };

  return {
    ...reporting(first, () => undefined),
    name: 'failover',
    renewsCredentials: providers.some((provider) => provider.renewsCredentials),
    choose,
    changes$: improvements(breakers$),
  };
}

const misfitOfChoice = (providers: readonly Provider[]): string | undefined => {
  if (providers.length < 2) return 'give at least two providers';
  const nested = providers.find(({ choose }) => choose);
  return nested ? `"${nested.name}" is a choice of providers itself; list its providers instead` : misfitOf(providers);
};

/** What an error tells the breaker. */
const eventOf = (error: EngineError): BreakerEvent | undefined => {
  if (error.code === 'session_expired') return undefined;
  if (!error.retryable) return { type: 'refused' };
  if (error.code === 'rate_limited' && error.retryAfterMs) return { type: 'asked', restMs: error.retryAfterMs };
  return { type: error.code === 'timeout' ? 'silent' : 'failed' };
};

/** The first that is worth an attempt. */
const preferred = (breakers: readonly Breaker[], now: Millis): number | undefined => {
  const index = breakers.findIndex((one) => letsThrough(one, now));
  return index < 0 ? undefined : index;
};

/** Of those that are all open, the one that may be well soonest. */
const lastResort = (breakers: readonly Breaker[]): number => {
  const rank = (one: Breaker): number => (one.state === 'closed' ? 0 : lastResorts.indexOf(one.reason));
  const until = (one: Breaker): Millis => (one.state === 'closed' ? 0 : one.untilMs);
  const [soonest] = [...breakers].sort((a, b) => rank(a) - rank(b) || until(a) - until(b));
  return Math.max(0, soonest ? breakers.indexOf(soonest) : 0);
};

/** Emits when one further ahead would be chosen than before: a probe is due, or a breaker has closed. */
const improvements = (breakers$: Observable<readonly Breaker[]>): Observable<unknown> =>
  breakers$.pipe(
    switchMap((breakers) => {
      const now = clock.now();
      // A timer of Node may come a millisecond early.
      const dues = breakers.flatMap((one) =>
        one.state !== 'closed' && one.untilMs > now ? [Math.ceil(one.untilMs - now) + 1] : [],
      );
      return merge(of(0), ...dues.map(wait)).pipe(map(() => preferred(breakers, clock.now()) ?? breakers.length));
    }),
    distinctUntilChanged(),
    pairwise(),
    filter(([before, after]) => after < before),
  );

const softened = (error: EngineError, outlook: string, retryAfterMs: Millis | undefined): EngineError =>
  new ConnectionError(`${error.message}; ${outlook}`, {
    code: error.code,
    retryable: true,
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error.closeCode === undefined ? {} : { closeCode: error.closeCode }),
    ...(error.status === undefined ? {} : { status: error.status }),
  });

/** The provider, with an ear for how it does. Not a spread, which would lose the methods of a class. */
const reporting = (provider: Provider, report: NonNullable<Provider['report']>): Provider => ({
  name: provider.name,
  capabilities: provider.capabilities,
  request: () => provider.request(),
  ...(provider.session ? { session: provider.session } : {}),
  ...(provider.transport ? { transport: (request) => provider.transport?.(request) ?? EMPTY } : {}),
  protocol: () => provider.protocol(),
  rejected: (answer) => provider.rejected(answer),
  closed: (code, reason, lastError) => provider.closed(code, reason, lastError),
  responseFailure: (event) => provider.responseFailure(event),
  renewsCredentials: provider.renewsCredentials ?? false,
  report,
});
