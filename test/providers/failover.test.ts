import fc from 'fast-check';
import { EMPTY, from, map, NEVER, type Observable, of, tap } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { closes, opens, rejects, type ScriptedProvider, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import { clock } from '../../src/clock.js';
import { AuthenticationError, ConfigError, ConnectionError, type EngineError } from '../../src/errors.js';
import { connect } from '../../src/providers/connect.js';
import { failover } from '../../src/providers/failover.js';
import { openai } from '../../src/providers/openai.js';
import type { OpenSocket, Provider } from '../../src/providers/provider.js';
import { realtimeCapabilities } from '../../src/providers/realtime-protocol.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

const created: ServerEvent = { type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } };
const named = (name: string): Provider => openai({ name, apiKey: 'sk' });
const a = named('a');
const b = named('b');
const down = new ConnectionError('a: down', { code: 'http', retryable: true, status: 503 });
const refusal = new AuthenticationError('a: the key was not accepted', { code: 'unauthorized', status: 401 });
const busy = new ConnectionError('a: too many requests', { code: 'rate_limited', retryable: true, retryAfterMs: 2000 });
const expired = new ConnectionError('a: expired', { code: 'session_expired', retryable: true, closeCode: 1001 });

const chosen = (provider: Provider): Provider => provider.choose?.() ?? provider;
/** An attempt that ends like this; gives what it is to be called. */
const attempt = (provider: Provider, outcome: 'ready' | EngineError) => chosen(provider).report?.(outcome);
const attempts = (provider: Provider, outcome: 'ready' | EngineError, count: number): void => {
  for (let left = count; left > 0; left--) attempt(provider, outcome);
};
const nameOf = (provider: Provider): string => chosen(provider).name;

describe('failover: what it takes', () => {
  it.each<[string, readonly Provider[], RegExp]>([
    ['one provider', [a], /at least two/],
    ['none', [], /at least two/],
    ['two of one name', [a, b, named('a')], /two providers are called "a"/],
    ['a choice among choices', [failover([a, b]), named('c')], /"failover" is a choice/],
    [
      'other formats',
      [a, { ...b, capabilities: { ...realtimeCapabilities, input: { encoding: 'pcm16', sampleRate: 16_000 } } }],
      /"a" and "b" have different audio formats/,
    ],
    [
      'other formats in the settings',
      [a, openai({ name: 'b', apiKey: 'sk', session: { audio: { output: { format: { type: 'audio/pcmu' } } } } })],
      /different audio formats/,
    ],
  ])('refuses %s', (_, providers, message) => {
    expect(() => failover(providers)).toThrow(ConfigError);
    expect(() => failover(providers)).toThrow(message);
  });

  it.each([
    { failures: 0 },
    { failures: Number.NaN },
    { withinMs: 0 },
    { withinMs: Number.NaN },
    { restMs: -1 },
    { restMs: Number.NaN },
  ])('refuses a breaker with %o', (breaker) => {
    expect(() => failover([a, b], { breaker })).toThrow(RangeError);
  });

  it('takes settings that differ in what is not audio', () => {
    const brief = openai({ name: 'b', apiKey: 'sk', session: { instructions: 'Be brief.' } });
    const both = failover([a, brief]);
    attempt(both, refusal);
    expect(chosen(both).session).toMatchObject({ instructions: 'Be brief.' });
  });

  it('renews credentials where one of them does', () => {
    expect(failover([a, b]).renewsCredentials).toBe(false);
    const both = failover([a, openai({ name: 'b', apiKey: () => of('ek') })]);
    expect(both.renewsCredentials).toBe(true);
    expect(chosen(both).renewsCredentials).toBe(false);
  });
});

describe('failover: choose', () => {
  it(
    'gives the first while it works',
    marbles(() => {
      const both = failover([a, b]);
      attempts(both, 'ready', 10);
      attempts(both, down, 4);
      expect(nameOf(both)).toBe('a');
    }),
  );

  it(
    'gives the next after five failures within 10 s',
    marbles(() => {
      const both = failover([a, b]);
      attempts(both, down, 5);
      expect(nameOf(both)).toBe('b');
    }),
  );

  it(
    'gives the next at once when the first refuses',
    marbles(() => {
      const both = failover([a, b]);
      attempt(both, refusal);
      expect(nameOf(both)).toBe('b');
    }),
  );

  it(
    'does not count sessions that reached their time limit',
    marbles(() => {
      const both = failover([a, b]);
      attempts(both, expired, 5);
      expect(nameOf(both)).toBe('a');
    }),
  );

  it(
    'takes its figures from the settings',
    marbles(() => {
      const both = failover([a, b], { breaker: { failures: 1 } });
      attempt(both, down);
      expect(nameOf(both)).toBe('b');
    }),
  );

  it(
    'probes the first with one attempt when it has rested, and goes back to it when that gets ready',
    marbles((t) => {
      const both = failover([a, b]);
      attempt(both, refusal);
      let probe: Provider | undefined;
      const names$ = t.cold('  29980ms x(pq)--y').pipe(
        map((step) => {
          if (step === 'y') probe?.report?.('ready');
          const next = chosen(both);
          if (step === 'p') probe = next;
          return next.name;
        }),
      );
      t.expectObservable(names$).toBe('29980ms x(pq)--y', { x: 'b', p: 'a', q: 'b', y: 'a' });
    }),
  );

  it(
    'leaves alone who asked for it, for as long as that, whatever the rest',
    marbles((t) => {
      const both = failover([a, b]);
      attempt(both, busy);
      const names$ = t.cold('1980ms xy').pipe(map(() => nameOf(both)));
      t.expectObservable(names$).toBe('1980ms xy', { x: 'b', y: 'a' });
    }),
  );
  it(
    'tries what failed before what refused when all are left alone',
    marbles(() => {
      const both = failover([a, b]);
      attempt(both, refusal);
      attempts(both, down, 5);
      expect(nameOf(both)).toBe('b');
    }),
  );

  it(
    'tries the one that has rested longer when all have failed',
    marbles((t) => {
      const both = failover([a, b]);
      attempts(both, down, 5);
      const names$ = t.cold('-x').pipe(
        tap(() => attempts(both, down, 5)),
        map(() => nameOf(both)),
      );
      t.expectObservable(names$).toBe('-x', { x: 'a' });
    }),
  );
});

describe('failover: choose, for a session that works', () => {
  it(
    'gives back what it has, unless one ahead of it can be tried',
    marbles((t) => {
      const both = failover([a, b]);
      const onA = chosen(both);
      attempt(both, refusal);
      const onB = chosen(both);
      const stays$ = t.cold('-x 29960ms yz').pipe(map(() => [both.choose?.(onA) === onA, both.choose?.(onB) === onB]));
      t.expectObservable(stays$).toBe('-x 29960ms yz', { x: [true, true], y: [true, false], z: [true, true] });
    }),
  );
});

describe('failover: what becomes of errors', () => {
  const is = (error: Partial<EngineError>) => expect.objectContaining(error);

  it('leaves them as they are while the same is chosen again', () => {
    expect(attempt(failover([a, b]), down)).toBeUndefined();
  });

  it('says that the next can be tried at once, instead of giving up or waiting', () => {
    const next = { retryable: true, retryAfterMs: 0 };
    expect(attempt(failover([a, b]), refusal)).toEqual(is({ ...next, code: 'unauthorized', status: 401 }));
    expect(attempt(failover([a, b]), refusal)?.message).toBe('a: the key was not accepted; b is next');
    expect(attempt(failover([a, b]), busy)).toEqual(is({ ...next, code: 'rate_limited' }));
    const both = failover([a, b]);
    attempts(both, down, 4);
    expect(attempt(both, down)).toEqual(is({ ...next, cause: down }));
  });

  it('leaves the last refusal as it is when all have refused', () => {
    const both = failover([a, b]);
    attempt(both, refusal);
    expect(attempt(both, refusal)).toBeUndefined();
  });

  it('may try again, with back-off, while one of them has but failed', () => {
    const both = failover([a, b]);
    attempts(both, down, 5);
    const error = attempt(both, refusal);
    expect(error).toEqual(is({ code: 'unauthorized', retryable: true, retryAfterMs: undefined }));
    expect(error?.message).toMatch(/all providers have failed/);
  });

  it(
    'waits as long as was asked when the others have refused',
    marbles((t) => {
      const both = failover([a, b]);
      attempt(both, busy);
      const error$ = t.cold('--x').pipe(map(() => attempt(both, refusal)));
      t.expectObservable(error$).toBe('--x', { x: is({ retryable: true, retryAfterMs: 1960 }) });
    }),
  );
});

describe('failover: haste', () => {
  afterEach(() => {
    clock.delegate = undefined;
  });

  it('never says "at once" more often in a row than there are providers, whatever they answer', () => {
    const outcome = fc.constantFrom<'ready' | EngineError>('ready', down, refusal, busy, expired);
    fc.assert(
      fc.property(fc.array(fc.tuple(outcome, fc.nat(12_000)), { maxLength: 80 }), (steps) => {
        const three = failover([a, b, named('c')]);
        let now = 0;
        let inRow = 0;
        clock.delegate = { now: () => now };
        for (const [next, waitMs] of steps) {
          const isAtOnce = attempt(three, next)?.retryAfterMs === 0;
          inRow = isAtOnce ? inRow + 1 : 0;
          if (!isAtOnce) now += waitMs;
          expect(inRow).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

describe('failover: changes$', () => {
  const changes = ({ changes$ = NEVER }: Provider): Observable<unknown> => changes$.pipe(map(() => 'x'));

  it(
    'is silent while the first works, and when it fails',
    marbles((t) => {
      const both = failover([a, b]);
      const failing$ = t.cold('-f').pipe(tap(() => attempt(both, refusal)));
      t.expectObservable(failing$).toBe('-f');
      t.expectObservable(changes(both), '-----!').toBe('-----');
    }),
  );

  it(
    'emits when a probe is due, and when it got ready',
    marbles((t) => {
      const both = failover([a, b]);
      attempt(both, refusal);
      let probe: Provider | undefined;
      const steps$ = t.cold('30020ms p-r').pipe(
        tap((step) => {
          if (step === 'p') probe = chosen(both);
          else probe?.report?.('ready');
        }),
      );
      t.expectObservable(steps$).toBe('30020ms p-r');
      t.expectObservable(changes(both), '40s !').toBe('30001ms x 39ms x');
    }),
  );

  it(
    'emits again after another rest when the probe failed',
    marbles((t) => {
      const both = failover([a, b]);
      attempt(both, refusal);
      const steps$ = t.cold('30020ms p').pipe(tap(() => attempt(both, down)));
      t.expectObservable(steps$).toBe('30020ms p');
      t.expectObservable(changes(both), '70s !').toBe('30001ms x 30000ms x');
    }),
  );
});

describe('failover: in a conversation', () => {
  const services = (first: readonly SocketStep[], second: readonly SocketStep[]) => {
    const peer = (name: string, steps: readonly SocketStep[]): ScriptedProvider =>
      scriptedProvider(() => from(steps), { name, request: () => of({ url: `ws://${name}` }) });
    const peers = [peer('a', first), peer('b', second)];
    const urls: string[] = [];
    const openSocket: OpenSocket = (request) => {
      urls.push(request.url);
      return peers.find(({ name }) => request.url === `ws://${name}`)?.openSocket(request) ?? EMPTY;
    };
    return { both: failover(peers), openSocket, urls };
  };

  it('sends the next conversation to the second when the first refused', () => {
    const { both, openSocket, urls } = services([rejects(401)], [opens, created]);
    const seen: string[] = [];
    const once = (): void => {
      const conversation$ = NEVER.pipe(realtime(both, { openSocket }));
      conversation$.subscribe({ next: ({ type }) => seen.push(type), error: () => undefined }).unsubscribe();
    };
    once();
    once();
    expect(urls).toEqual(['ws://a', 'ws://b']);
    expect(seen).toContain('connection.established');
  });

  it('shares what it knows between sessions', () => {
    const { both, openSocket, urls } = services([opens, created, closes(1006)], [opens, created]);
    const sessions = Array.from({ length: 6 }, () => connect(both, openSocket).subscribe({ error: () => undefined }));
    for (const session of sessions) session.unsubscribe();
    expect(urls).toEqual([...Array.from({ length: 5 }, () => 'ws://a'), 'ws://b']);
  });
});
