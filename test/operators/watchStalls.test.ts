import { firstValueFrom, NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Marbles } from '../../marbles/index.js';
import { watchStalls } from '../../operators/watchStalls.js';
import { clock } from '../../src/clock.js';
import { initialState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const state = () => initialState;

describe('watchStalls', () => {
  /** From each of these moments on, the tick that was due is so much late. */
  const stalls = (t: Marbles, ...all: readonly { readonly at: number; readonly ms: number }[]): void => {
    clock.delegate = { now: () => all.reduce((sum, { at, ms }) => (t.now() >= at ? sum + ms : sum), t.now()) };
  };

  it(
    'tells each stall once, and how long it was',
    marbles((t) => {
      stalls(t, { at: 90, ms: 100 }, { at: 190, ms: 60_000 });
      t.expectObservable(watchStalls()(NEVER, state), '^ 1s !').toBe('-----a----b', {
        a: { type: 'diagnostic.stalled', ms: 100 },
        b: { type: 'diagnostic.stalled', ms: 60_000 },
      });
    }),
  );

  it(
    'passes over those that are shorter',
    marbles((t) => {
      stalls(t, { at: 90, ms: 99 });
      t.expectObservable(watchStalls()(NEVER, state), '^ 1s !').toBe('-');
    }),
  );

  it(
    'tells shorter ones where that is wanted',
    marbles((t) => {
      stalls(t, { at: 90, ms: 99 });
      t.expectObservable(watchStalls({ ms: 50 })(NEVER, state), '^ 1s !').toBe('-----a', {
        a: { type: 'diagnostic.stalled', ms: 99 },
      });
    }),
  );

  it(
    'watches each subscription by itself',
    marbles((t) => {
      stalls(t, { at: 90, ms: 100 });
      const stalls$ = watchStalls()(NEVER, state);
      t.expectObservable(stalls$, '^ 1s !').toBe('     -----a', { a: { type: 'diagnostic.stalled', ms: 100 } });
      t.expectObservable(stalls$, '------^ 1s !').toBe('-');
    }),
  );

  it('sees that this process stood still', async () => {
    const told = firstValueFrom(watchStalls({ ms: 300 })(NEVER, state));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    expect(await told).toMatchObject({ type: 'diagnostic.stalled' });
    expect(((await told) as { ms: number }).ms).toBeGreaterThanOrEqual(370);
  });

  it('refuses a threshold that is not above 0', () => {
    expect(() => watchStalls({ ms: 0 })).toThrow(RangeError);
  });
});
