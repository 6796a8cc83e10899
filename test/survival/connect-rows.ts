import { concat, NEVER, of, switchMap, throwError, timer } from 'rxjs';
import { expect } from 'vitest';
import { opens, refused } from '../../marbles/index.js';
import { ConnectionError } from '../../src/errors.js';
import { failover } from '../../src/providers/failover.js';
import { openai } from '../../src/providers/openai.js';
import { marbles } from '../marbles.js';
import { at, created, frames, key, numbers, run, say } from './peer.js';
import type { SurvivalRow } from './survival-row.js';

const idle = NEVER;

/** Fails the first attempts, then opens. */
const failing = (count: number, error: () => ConnectionError) => (attempt: number) =>
  attempt <= count ? throwError(() => error()) : of(opens, created(attempt));

export const connectRows: readonly SurvivalRow[] = [
  {
    row: 1,
    fault: 'connection refused five times at first',
    kept: 'waits grow 100, 200, 400 … ms, and the newest 3 s of audio are sent, in order, once; the rest is counted',
    test: marbles((t) => {
      const seen = run(t, {
        source: frames(0, 170),
        script: failing(5, refused),
        config: { reconnect: { random: () => 1, firstAttempts: 6 } },
      });

      expect(seen.timesOf('connection.starting')).toEqual([0, 100, 300, 700, 1500, 3100]);
      expect(seen.framesOf(6)).toEqual(numbers(4, 166));
      expect(seen.ofType('connection.established')).toMatchObject([{ droppedMs: 4 * 20 }]);
      expect(seen.ofType('connection.failed').map(({ error, retryCount }) => [error.code, retryCount])).toEqual(
        numbers(0, 5).map((count) => ['refused', count]),
      );
      expect(seen.sockets.at(-1)).toEqual([3100, 3400]);
    }),
  },
  {
    row: 1,
    fault: 'connection refused without end',
    kept: 'waits never pass 10 s; the error at the end holds those of all attempts',
    test: marbles((t) => {
      const seen = run(t, {
        source: idle,
        script: failing(99, refused),
        config: { reconnect: { random: () => 1, firstAttempts: 12, withinMs: 600_000 } },
      });
      const times = seen.timesOf('connection.starting');

      expect(times.slice(1).map((ms, n) => ms - (times[n] ?? 0))).toEqual([
        100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000,
      ]);
      expect(seen.error).toMatchObject({ code: 'refused', retryable: true });
      expect(seen.error?.cause).toMatchObject({ errors: { length: 12 } });
      expect(seen.sockets).toEqual(times.map((ms) => [ms, ms]));
    }),
  },
  {
    row: 1,
    fault: 'connection refused for longer than the application is willing to wait',
    kept: 'no attempt is made that would begin too late',
    test: marbles((t) => {
      const reconnect = { random: () => 1, firstAttempts: 99, withinMs: 5000 };
      const seen = run(t, { source: idle, script: failing(99, refused), config: { reconnect } });

      expect(seen.timesOf('connection.starting')).toEqual([0, 100, 300, 700, 1500, 3100]);
      expect(seen.end).toMatchObject({ at: 3100, error: { code: 'refused' } });
    }),
  },
  {
    row: 2,
    fault: 'the name of the host is not found, twice',
    kept: 'tried again with the same waits; text that waited is sent once',
    test: marbles((t) => {
      const dns = () => new ConnectionError('not found', { code: 'dns', retryable: true });
      const seen = run(t, { source: at(10, say('Hello.')), script: failing(2, dns) });

      expect(seen.timesOf('connection.starting')).toEqual([0, 100, 300]);
      expect(seen.itemsOf(3)).toEqual(['user: Hello.']);
      expect(seen.error).toBeUndefined();
    }),
  },
  {
    row: 3,
    fault: 'a peer that takes the connection and never says anything',
    kept: 'given up after 5.5 s, whoever opens the sockets, and tried again',
    test: marbles((t) => {
      const seen = run(t, { source: at(10, say('Hello.')), faults: [{ type: 'hang', connection: 1 }] });

      expect(seen.ofType('connection.failed').map(({ error }) => error.code)).toEqual(['timeout']);
      expect(seen.timesOf('connection.starting')).toEqual([0, 5600]);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 4,
    fault: 'a certificate that is not to be trusted',
    kept: 'one attempt, and an error that says so',
    test: marbles((t) => {
      const tls = () => new ConnectionError('self-signed certificate', { code: 'tls' });
      const seen = run(t, { source: idle, script: failing(9, tls) });

      expect(seen.end).toMatchObject({ at: 0, error: { code: 'tls', retryable: false } });
      expect(seen.sockets).toHaveLength(1);
    }),
  },
  ...([401, 403] as const).map(
    (status): SurvivalRow => ({
      row: 5,
      fault: `HTTP ${status} with a key that is given`,
      kept: 'one attempt; the error does not name the key',
      test: marbles((t) => {
        const seen = run(t, { source: idle, faults: [{ type: 'http', status }] });

        expect(seen.error).toMatchObject({ _tag: 'AuthenticationError', status, retryable: false });
        expect(seen.timesOf('connection.starting')).toEqual([0]);
        expect(JSON.stringify([seen.events, seen.error, seen.error?.message, seen.error?.stack])).not.toContain(key);
      }),
    }),
  ),
  {
    row: 5,
    fault: 'HTTP 401 with a key that has run out, where each attempt asks for one',
    kept: 'one more attempt, with the fresh key; refused again, no more',
    test: marbles((t) => {
      const keys: string[] = [];
      const apiKey = () => {
        keys.push(`key_${keys.length + 1}`);
        return of(keys.at(-1) ?? '');
      };
      const provider = openai({ apiKey });
      const [once, ever] = [{ type: 'http', status: 401, connection: 1 } as const, { type: 'http', status: 401 } as const];
      const works = run(t, { source: at(10, say('Hello.')), provider, faults: [once] });
      expect(works.itemsOf(1)).toEqual(['user: Hello.']);
      expect(keys).toEqual(['key_1', 'key_2']);

      const fails = run(t, { source: idle, provider, faults: [ever] });
      expect(fails.error).toMatchObject({ code: 'unauthorized' });
      expect(keys).toHaveLength(4);
    }),
  },
  {
    row: 6,
    fault: 'HTTP 429 with retry-after: 2',
    kept: 'not tried again before 2 s, with chance on top; speech of the last 3 s is kept',
    test: marbles((t) => {
      const seen = run(t, { source: frames(0, 200), faults: [{ type: 'http', status: 429, retryAfter: 2, connection: 1 }] });

      expect(seen.timesOf('connection.starting')).toEqual([0, 2100]);
      expect(seen.ofType('connection.failed')[0]?.error).toMatchObject({ code: 'rate_limited', retryAfterMs: 2000 });
      expect(seen.framesOf(1)).toEqual(numbers(0, 200));
    }),
  },
  ...(
    [
      [429, 'insufficient_quota', 'quota'],
      [404, 'model_not_found', 'invalid_config'],
      [400, 'invalid_request', 'invalid_config'],
    ] as const
  ).map(
    ([status, code, expected]): SurvivalRow => ({
      row: 7,
      fault: `HTTP ${status} (${code})`,
      kept: `one attempt; the error is ${expected}`,
      test: marbles((t) => {
        const seen = run(t, { source: idle, faults: [{ type: 'http', status, code }] });

        expect(seen.error).toMatchObject({ code: expected, retryable: false, status });
        expect(seen.timesOf('connection.starting')).toEqual([0]);
      }),
    }),
  ),
  {
    row: 5,
    fault: 'credentials that are asked for and never come',
    kept: 'given up after 5 s, and asked for again; text that waited is sent once',
    test: marbles((t) => {
      let asked = 0;
      const apiKey = () => (++asked === 1 ? NEVER : of(key));
      const seen = run(t, { source: at(10, say('Hello.')), provider: openai({ apiKey }) });

      expect(seen.ofType('connection.failed').map(({ error }) => [error.code, error.retryable])).toEqual([['timeout', true]]);
      expect(seen.timesOf('connection.starting')).toEqual([0, 5100]);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 8,
    fault: 'HTTP 500, 502 and 503, one after the other',
    kept: 'tried again with growing waits; text that waited is sent once',
    test: marbles((t) => {
      const seen = run(t, {
        source: at(10, say('Hello.')),
        faults: [500, 502, 503].map((status, n) => ({ type: 'http', status, connection: n + 1 }) as const),
        config: { reconnect: { random: () => 1, firstAttempts: 4 } },
      });

      expect(seen.timesOf('connection.starting')).toEqual([0, 100, 300, 700]);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 8,
    fault: 'HTTP 503 from one of two providers',
    kept: 'after five failures the other is asked, at once',
    test: marbles((t) => {
      const asked: string[] = [];
      const named = (name: string) => {
        const provider = openai({ name, apiKey: key });
        const request = () => {
          asked.push(name);
          return provider.request();
        };
        return { ...provider, request };
      };
      const seen = run(t, {
        source: at(10, say('Hello.')),
        provider: failover([named('first'), named('second')]),
        faults: [{ type: 'http', status: 503, connection: [1, 5] }],
        config: { reconnect: { random: () => 1, firstAttempts: 9 } },
      });

      expect(asked).toEqual(['first', 'first', 'first', 'first', 'first', 'second']);
      expect(seen.timesOf('connection.starting').slice(-2)).toEqual([1500, 1500]);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 9,
    fault: 'the socket opens, and no session comes',
    kept: 'given up after 5 s and tried again; text that waited is sent once',
    test: marbles((t) => {
      const seen = run(t, {
        source: at(10, say('Hello.')),
        faults: [{ type: 'drop', on: 'session.created', connection: 1 }],
      });

      expect(seen.ofType('connection.failed').map(({ error }) => [error.code, error.retryable])).toEqual([['timeout', true]]);
      expect(seen.sockets[0]).toEqual([0, 5000]);
      expect(seen.timesOf('connection.starting')).toEqual([0, 5100]);
      expect(seen.typesOf(1)).toEqual([]);
      expect(seen.itemsOf(2)).toEqual(['user: Hello.']);
    }),
  },
  {
    row: 9,
    fault: 'the session comes after 4.9 s',
    kept: 'waited for',
    test: marbles((t) => {
      const script = () => concat(of(opens), timer(4900).pipe(switchMap(() => [created(1)])));
      const seen = run(t, { source: at(10, say('Hello.')), script });

      expect(seen.timesOf('connection.established')).toEqual([4900]);
      expect(seen.itemsOf(1)).toEqual(['user: Hello.']);
    }),
  },
];
