import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { concat, delay, EMPTY, interval, map, NEVER, of, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { createMarbles, type Marbles } from '../../marbles/index.js';
import { clock } from '../../src/clock.js';
import { marbles } from '../marbles.js';

/** The message with which a marble test fails. */
const failureOf = (test: (t: Marbles) => void, wrapper = marbles): string => {
  try {
    wrapper(test)();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '(passed)';
};

describe('createMarbles', () => {
  it(
    'gives one character 20 ms',
    marbles(({ expectObservable }) => {
      const expected = '---a--a--(a|)';
      expectObservable(
        interval(60).pipe(
          map(() => 'a'),
          take(3),
        ),
      ).toBe(expected);
    }),
  );

  it(
    'keeps milliseconds in progress syntax right',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('    7ms a 1s b|');
      const subs = '           ^ 1027ms !';
      const sameInFrames = '   7ms a--------------------------------------------------b|';

      expectObservable(source).toBe(sameInFrames);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'reads milliseconds of time()',
    marbles(({ time }) => {
      expect(time('--|')).toBe(40);
      expect(time('  - - |')).toBe(40);
      expect(time('507ms |')).toBe(507);
      expect(() => time('--')).toThrow("needs a '|'");
    }),
  );

  it(
    'replaces clock by virtual time',
    marbles(({ cold, now, expectObservable }) => {
      const read = cold('-a--a|').pipe(map(() => [clock.now(), now()]));
      expectObservable(read).toBe('-a--b|', { a: [20, 20], b: [80, 80] });
    }),
  );

  it('puts the clock and the frame time back after success and after failure', () => {
    const globals = () => ({ factor: TestScheduler.frameTimeFactor, delegate: clock.delegate });
    const untouched = globals();

    marbles(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 1 }))();
    expect(globals()).toEqual(untouched);
    failureOf(({ expectObservable }) => expectObservable(of(1)).toBe('(a|)', { a: 2 }));
    expect(globals()).toEqual(untouched);
    failureOf(() => {
      throw new Error('in the test itself');
    });
    expect(globals()).toEqual(untouched);
  });

  it('asserts every expectation', () => {
    const missed: Record<string, (t: Marbles) => void> = {
      'a value': (t) => t.expectObservable(t.cold('-a|')).toBe('-b|'),
      'a time': (t) => t.expectObservable(t.cold('--a|')).toBe('-a-|'),
      'an end': (t) => t.expectObservable(NEVER).toBe('|'),
      'an error': (t) => t.expectObservable(t.cold('#', {}, new Error('x'))).toBe('#', {}, new Error('y')),
      'a subscription': (t) => t.expectSubscriptions(t.cold('-a|').subscriptions).toBe('^!'),
      'its end': (t) => {
        const source = t.cold('-a|');
        t.expectObservable(source);
        t.expectSubscriptions(source.subscriptions).toBe('^-!-'.replace('-!-', '---!'));
      },
    };
    for (const [what, test] of Object.entries(missed)) expect(failureOf(test), what).toContain('differ');
  });

  it('refuses a test that returns a promise', () => {
    expect(failureOf(async () => {})).toContain('promises do not run in virtual time');
  });

  it('refuses a letter without a value where values are given', () => {
    const misspelt: readonly ((t: Marbles) => void)[] = [
      (t) => t.cold('-a-z|', { a: 1 }),
      (t) => t.hot('-(az)|', { a: 1 }),
      (t) => t.expectObservable(NEVER).toBe('-a 7ms z', { a: 1 }),
    ];
    for (const test of misspelt) expect(failureOf(test)).toMatch(/^marbles: no value is given for 'z' of '-/);
    expect(failureOf((t) => t.expectObservable(t.cold('-a#', { a: undefined })).toBe('-a#', { a: undefined }))).toBe('(passed)');
  });

  it('fails instead of running for ever', () => {
    const short = createMarbles(assert.deepEqual, { maxMs: 1000 });
    expect(failureOf(({ expectObservable }) => expectObservable(interval(100)), short)).toContain('still busy after 1000 ms');
    expect(failureOf(({ expectObservable }) => expectObservable(timer(900)), short)).toBe('(passed)');
  });

  it('needs no particular test runner, strict equality included', () => {
    const strict = createMarbles(assert.deepStrictEqual);
    const test = ({ cold, expectObservable, expectSubscriptions }: Marbles) => {
      const source = cold('-a|');
      expectObservable(source).toBe('-a|');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    };
    expect(failureOf(test, strict)).toBe('(passed)');
    expect(failureOf(({ expectObservable }) => expectObservable(EMPTY).toBe('-|'), strict)).toContain(
      '  actual    |\n  expected  -|',
    );
  });
});

describe('a failed marble test', () => {
  it('fails with an equality that answers instead of throwing, too', () => {
    const answering = createMarbles(isDeepStrictEqual);
    const test = ({ cold, expectObservable }: Marbles) => expectObservable(cold('-a|', { a: 1 })).toBe('-a|', { a: 2 });
    expect(failureOf(test, answering)).toContain('  actual    -b|\n  expected  -a|\n  a = 2\n  b = 1');
    expect(failureOf(({ cold, expectObservable }) => expectObservable(cold('-a|')).toBe('-a|'), answering)).toBe('(passed)');
  });

  it('shows both diagrams one over the other, with a legend', () => {
    const message = failureOf(({ cold, expectObservable }) => {
      const source = cold('-a-b---|', { a: { level: 1 }, b: { level: 2 } });
      expectObservable(source).toBe('-a--b--|', { a: { level: 1 }, b: { level: 2 } });
    });
    expect(message).toContain(
      [
        'observable differs (1 character = 20 ms)',
        '  actual    -a-b---|',
        '  expected  -a--b--|',
        '  a = { level: 1 }',
        '  b = { level: 2 }',
      ].join('\n'),
    );
  });

  it('keeps the failure of the runner', () => {
    const message = failureOf(({ cold, expectObservable }) => expectObservable(cold('a')).toBe('b'));
    expect(message).toMatch(/expected \[ .* to deeply equal \[/);
  });

  it('names a value that was not expected by a letter of its own', () => {
    const message = failureOf(({ cold, expectObservable }) => {
      expectObservable(cold('-x-x-y|', { x: 7, y: 8 })).toBe('-a-b|', { a: 1, b: 7 });
    });
    expect(message).toContain('  actual    -b-b-y|\n  expected  -a-b|\n  a = 1\n  b = 7\n  y = 8');
  });

  it('gives two values two letters, though one is the letter of the other', () => {
    const message = failureOf(({ cold, expectObservable }) => expectObservable(cold('-x|')).toBe('-x|', { x: 7 }));
    expect(message).toContain("  actual    -a|\n  expected  -x|\n  x = 7\n  a = 'x'");
  });

  it('draws groups, long waits and waits that are not whole frames', () => {
    const message = failureOf(({ expectObservable }) => {
      expectObservable(concat(of('a', 'b'), of('c').pipe(delay(2000)), of('d').pipe(delay(33)))).toBe('-');
    });
    expect(message).toContain('  actual    (ab) 1920ms c 13ms (d|)\n  expected  -');
  });

  it('lists moments that no diagram can say', () => {
    const message = failureOf(({ expectObservable }) => {
      expectObservable(concat(of('a', 'b'), of('c').pipe(delay(7)))).toBe('a');
    });
    expect(message).toContain('  actual    a@0 b@0 c@7 |@7\n  expected  a@0');
  });

  it('shows both errors', () => {
    const message = failureOf(({ cold, expectObservable }) => {
      expectObservable(cold('--#', {}, new Error('one'))).toBe('-#', {}, new TypeError('two'));
    });
    expect(message).toContain('  actual    --#\n  expected  -#\n  # actual = Error: one\n  # expected = TypeError: two');
  });

  it('shows audio by letters that can be read', () => {
    const message = failureOf(({ audio, expectObservable }) => expectObservable(audio('.s|')).toBe('-'));
    expect(message).toMatch(/ {2}actual {4}ab\|\n {2}expected {2}-\n {2}a = \{ samples: .*\n {2}b = \{ samples: /);
  });

  it('shows what has a private letter, as in a long call, by one that can be read', () => {
    const message = failureOf(({ cold, expectObservable }) => {
      expectObservable(cold('-\u{f0001}|', { '\u{f0001}': 7 })).toBe('-');
    });
    expect(message).toContain('  actual    -a|\n  expected  -\n  a = 7');
  });

  it('cuts long values short', () => {
    const message = failureOf(({ audio, expectObservable }) => expectObservable(audio('s')).toBe('-'));
    expect(message).toMatch(/samples: Int16Array\(480\) \[(-?\d+, ){8}…\], sampleRate: 24000, position: 0/);
  });

  it('shows subscriptions one over the other', () => {
    const message = failureOf(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-|');
      expectObservable(source, '^-!');
      expectObservable(source, '-^--');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '-^-!']);
    });
    expect(message).toContain(
      [
        'subscriptions differ (1 character = 20 ms)',
        '  subscription 1\n  actual    ^-!\n  expected  ^-!',
        '  subscription 2\n  actual    -^--!\n  expected  -^-!',
      ].join('\n'),
    );
  });

  it('shows a subscription that never was', () => {
    const message = failureOf(({ cold, expectSubscriptions }) => expectSubscriptions(cold('-a|').subscriptions).toBe('^-!'));
    expect(message).toContain('  actual    -\n  expected  ^-!');
  });
});
