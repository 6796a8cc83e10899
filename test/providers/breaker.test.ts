import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Breaker, type BreakerEvent, breaker, closedBreaker, letsThrough } from '../../src/providers/breaker.js';

const failed: BreakerEvent = { type: 'failed' };
const attempted: BreakerEvent = { type: 'attempted' };
const ready: BreakerEvent = { type: 'ready' };

/** The breaker after events, each with its time. */
const stateAfter = (...events: readonly (readonly [at: number, event: BreakerEvent])[]): Breaker =>
  events.reduce((state, [at, event]) => breaker(state, event, at), closedBreaker);
const failures = (...times: readonly number[]) => times.map((at) => [at, failed] as const);
const opened = failures(0, 1000, 2000, 3000, 4000);

describe('breaker', () => {
  it('stays closed for four failures', () => {
    expect(stateAfter(...failures(0, 1, 2, 3))).toMatchObject({ state: 'closed' });
  });

  it('opens at the fifth within 10 s, for 30 s', () => {
    expect(stateAfter(...opened)).toEqual({ state: 'open', untilMs: 34_000, reason: 'failures' });
  });

  it('opens at once when an attempt is answered by silence, and no longer for another', () => {
    const silent: BreakerEvent = { type: 'silent' };
    expect(stateAfter([0, silent])).toEqual({ state: 'open', untilMs: 30_000, reason: 'failures' });
    expect(stateAfter([0, silent], [1000, silent])).toEqual(stateAfter([0, silent]));
  });

  it('forgets failures that are 10 s old', () => {
    expect(stateAfter(...failures(0, 1, 2, 3, 10_000))).toMatchObject({ state: 'closed' });
    expect(stateAfter(...failures(0, 1, 2, 3, 9999))).toMatchObject({ state: 'open' });
  });

  it('does not forget failures for a session that got ready, so that one which is lost each time counts', () => {
    const flapping = [0, 1000, 2000, 3000, 4000].flatMap((at) => [
      [at, attempted] as const,
      [at, ready] as const,
      [at, failed] as const,
    ]);
    expect(stateAfter(...flapping)).toMatchObject({ state: 'open' });
  });

  it('lets nothing through while it rests, and one attempt after', () => {
    expect(letsThrough(stateAfter(...opened), 33_999)).toBe(false);
    expect(letsThrough(stateAfter(...opened), 34_000)).toBe(true);
    const probing = stateAfter(...opened, [34_000, attempted]);
    expect(probing.state).toBe('half_open');
    expect(letsThrough(probing, 34_000)).toBe(false);
  });

  it('closes when the probe gets ready', () => {
    expect(stateAfter(...opened, [34_000, attempted], [34_500, ready])).toEqual(closedBreaker);
  });

  it('opens again when the probe fails', () => {
    const state = stateAfter(...opened, [34_000, attempted], [34_500, failed]);
    expect(state).toEqual({ state: 'open', untilMs: 64_500, reason: 'failures' });
  });

  it('lets another probe through when nothing came of the first', () => {
    expect(letsThrough(stateAfter(...opened, [34_000, attempted]), 64_000)).toBe(true);
  });

  it('does not rest longer for failures that come while it rests', () => {
    expect(stateAfter(...opened, [20_000, failed])).toEqual(stateAfter(...opened));
  });

  it('stays open for an attempt that is made all the same, and closes when that gets ready', () => {
    expect(stateAfter(...opened, [20_000, attempted])).toEqual(stateAfter(...opened));
    expect(stateAfter(...opened, [20_000, attempted], [20_100, ready])).toEqual(closedBreaker);
  });

  it('opens at once on a refusal, and for as long as it was asked to', () => {
    expect(stateAfter([100, { type: 'refused' }])).toEqual({ state: 'open', untilMs: 30_100, reason: 'refused' });
    expect(stateAfter([100, { type: 'asked', restMs: 2000 }])).toEqual({ state: 'open', untilMs: 2100, reason: 'asked' });
  });

  it('takes its figures from the settings', () => {
    const config = { failures: 2, withinMs: 100, restMs: 500 };
    const once = breaker(closedBreaker, failed, 0, config);
    expect(breaker(once, failed, 99, config)).toEqual({ state: 'open', untilMs: 599, reason: 'failures' });
    expect(breaker(once, failed, 100, config).state).toBe('closed');
  });

  it('keeps no more failures than it takes to open it, and always lets through again after a rest', () => {
    const event = fc.constantFrom<BreakerEvent>(failed, attempted, ready, { type: 'refused' });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5000), event), { maxLength: 100 }), (steps) => {
        const times = steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, [ms]) => sum + ms, 0));
        const state = stateAfter(...steps.map(([, one], at) => [times[at] ?? 0, one] as const));
        const now = times.at(-1) ?? 0;
        if (state.state === 'closed') expect(state.failedAt.length).toBeLessThan(5);
        expect(letsThrough(state, now + 30_000)).toBe(true);
      }),
    );
  });
});
