import fc from 'fast-check';
import { concatMap, delay, EMPTY, filter, from, map, NEVER, of, take, throwError, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { clock } from '../../src/clock.js';
import type { Fault } from '../../src/faults/fault.js';
import { injectFaults } from '../../src/faults/inject-faults.js';
import { type ServerStep, say } from '../../src/faults/server-step.js';
import { marbles } from '../marbles.js';

/** Events named by letters. */
const events = Object.fromEntries([...'abcdef'].map((name) => [name, say({ type: name })]));
const letter = map((step: ServerStep) => (step.type === 'say' ? step.event.type : step.type));
const close: ServerStep = { type: 'close', code: 1011, reason: '' };
const plan = (...faults: readonly Fault[]) => ({ faults, seed: 7 });

/** What comes of events that come all at once, as letters. */
const through = (types: string, faults: readonly Fault[], { connection = 1, seed = 7 } = {}): string => {
  let came: readonly string[] = [];
  from([...types].map((type) => say({ type })))
    .pipe(injectFaults({ faults, seed }, connection), letter, toArray())
    .subscribe((all) => {
      came = all;
    });
  return came.join(' ');
};

describe('injectFaults', () => {
  it('lets everything pass where there are none', () => {
    expect(through('abc', [])).toBe('a b c');
  });

  it('drops, doubles and cuts off at the events it is told', () => {
    expect(through('abab', [{ type: 'drop', on: 'b' }])).toBe('a a');
    expect(through('abab', [{ type: 'duplicate', on: 'b', times: 1 }])).toBe('a b b a b');
    expect(
      through('abab', [
        { type: 'close', on: 'b', from: 2 },
        { type: 'duplicate', on: 'a' },
      ]),
    ).toBe('a a b a a b close');
    expect(through('abab', [{ type: 'destroy', on: 'a', from: 2 }])).toBe('a b a destroy');
    expect(through('abab', [{ type: 'half_open', on: 'b' }])).toBe('a b half_open');
    expect(through('abab', [{ type: 'stop_reading', on: 'b', times: 1 }])).toBe('a b stop_reading a b');
    expect(through('abab', [{ type: 'expire', on: 'b' }])).toBe('a b error close');
    expect(through('ab', [{ type: 'unknown_event', on: 'b' }])).toBe('a rxvox.unknown_event b');
    expect(through('ab', [{ type: 'giant', bytes: 10, on: 'b' }])).toBe('a rxvox.giant b');
    expect(through('ab', [{ type: 'malformed', on: 'b' }])).toBe('a send');
  });

  it('lets others overtake, and frees who was held when nothing more comes', () => {
    expect(through('abcde', [{ type: 'reorder', on: 'b' }])).toBe('a c b d e');
    expect(through('abcde', [{ type: 'reorder', on: 'b', by: 2 }])).toBe('a c d b e');
    expect(through('abc', [{ type: 'reorder', on: 'c' }])).toBe('a b c');
    expect(
      through('abcd', [
        { type: 'reorder', on: 'b', by: 9 },
        { type: 'close', on: 'c' },
      ]),
    ).toBe('a c close');
  });

  it('lets faults act one after another, each on what is left by the one before', () => {
    expect(
      through('ab', [
        { type: 'duplicate', on: 'b' },
        { type: 'close', on: 'b', from: 2 },
      ]),
    ).toBe('a b b close');
    expect(
      through('ab', [
        { type: 'close', on: 'b' },
        { type: 'drop', on: 'b' },
      ]),
    ).toBe('a close');
    expect(
      through('ab', [
        { type: 'drop', on: 'b' },
        { type: 'close', on: 'b' },
      ]),
    ).toBe('a');
  });

  it('happens to the connections that are meant', () => {
    const second: Fault[] = [{ type: 'drop', connection: 2 }];
    expect([1, 2, 3].map((connection) => through('a', second, { connection }))).toEqual(['a', '', 'a']);
    const later: Fault[] = [{ type: 'drop', connection: [2, Number.POSITIVE_INFINITY] }];
    expect([1, 2, 30].map((connection) => through('a', later, { connection }))).toEqual(['a', '', '']);
  });

  it('throws the same dice for the same seed, others for others, and for other connections', () => {
    const faults: Fault[] = [{ type: 'drop', probability: 0.5 }];
    const many = 'a'.repeat(400);
    const left = (context: { connection?: number; seed?: number }) => through(many, faults, context).length;
    expect(left({ seed: 1 })).toBe(left({ seed: 1 }));
    expect(new Set([1, 2, 3, 4].map((seed) => left({ seed }))).size).toBeGreaterThan(1);
    expect(new Set([1, 2, 3, 4].map((connection) => left({ connection }))).size).toBeGreaterThan(1);
    // 400 dice: 200 ± 5 standard deviations, two characters an event
    expect(Math.abs(left({}) / 2 - 200)).toBeLessThan(50);
  });

  it('loses, doubles and invents nothing where messages are only late or out of order', () => {
    const late = fc.record({ ms: fc.nat(100), jitterMs: fc.nat(100), probability: fc.double({ min: 0, max: 1, noNaN: true }) });
    const fault = fc.oneof(
      late.map((fields): Fault => ({ type: 'delay', ...fields })),
      fc
        .record({ by: fc.integer({ min: 1, max: 5 }) })
        .map((fields): Fault => ({ type: 'reorder', probability: 0.5, ...fields })),
    );
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 3 }), fc.integer(), fc.nat(30), (faults, seed, length) => {
        marbles(({ flush }) => {
          const came: string[] = [];
          from(Array.from({ length }, (_, i) => `${i}`))
            .pipe(
              concatMap((name) => of(say({ type: name })).pipe(delay(Number(name) % 3))),
              injectFaults({ faults, seed }, 1),
              letter,
            )
            .subscribe((name) => came.push(name));
          flush();
          expect(came.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length }, (_, i) => `${i}`));
          if (faults.every(({ type }) => type === 'delay')) expect(came).toEqual(came.toSorted((a, b) => Number(a) - Number(b)));
        })();
      }),
      { numRuns: 50 },
    );
  });

  it(
    'holds up what comes behind a late message, as a stream of bytes does',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-ab-c------d|', events);
      const subs = '      ^-----------!';
      const expected = '  -a----(bc)-d|';
      expectObservable(source.pipe(injectFaults(plan({ type: 'delay', ms: 80, on: 'b' }), 1), letter)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'adds a jitter between none and all of it',
    marbles(({ flush }) => {
      const late: number[] = [];
      timer(0, 1000)
        .pipe(
          take(100),
          map(() => say({ type: 'a' })),
          injectFaults(plan({ type: 'delay', ms: 20, jitterMs: 60, probability: 0.5 }), 1),
          map(() => clock.now() % 1000),
          filter((ms) => ms > 0),
        )
        .subscribe((ms) => late.push(ms));
      flush();
      expect(late.length).toBeLessThan(80);
      expect(Math.min(...late)).toBeGreaterThanOrEqual(20);
      expect(Math.min(...late)).toBeLessThan(30);
      expect(Math.max(...late)).toBeLessThanOrEqual(80);
      expect(Math.max(...late)).toBeGreaterThan(70);
    }),
  );

  it(
    'completes when the last late message has come',
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a|', events);
      expectObservable(source.pipe(injectFaults(plan({ type: 'delay', ms: 100 }), 1), letter)).toBe('------(a|)');
    }),
  );

  it(
    'completes at a step that ends the connection, and lets go of the source',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-', { ...events, b: close });
      const subs = '      ^--!';
      const expected = '  -a-(x|)';
      expectObservable(source.pipe(injectFaults(plan(), 1), letter)).toBe(expected, { a: 'a', x: 'close' });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes on errors, emptiness and silence, and stops when unsubscribed',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const faults = injectFaults(plan({ type: 'delay', ms: 40 }), 1);
      const broken = new Error('broken');
      expectObservable(throwError(() => broken).pipe(faults)).toBe('#', undefined, broken);
      expectObservable(EMPTY.pipe(faults)).toBe('|');
      expectObservable(NEVER.pipe(faults)).toBe('-');
      const source = hot('-a-b-c', events);
      expectObservable(source.pipe(faults, letter), '^---!').toBe('---a');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    }),
  );

  it('begins anew with each subscription', () => {
    const steps$ = of(say({ type: 'a' }), say({ type: 'a' })).pipe(injectFaults(plan({ type: 'drop', times: 1 }), 1), toArray());
    const lengths: number[] = [];
    for (let i = 0; i < 2; i++) steps$.subscribe((all) => lengths.push(all.length));
    expect(lengths).toEqual([1, 1]);
  });
});
