import {
  catchError,
  concat,
  count,
  filter,
  from,
  ignoreElements,
  interval,
  map,
  NEVER,
  of,
  retry,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closes, opens, refused, rejects, type SocketScript, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import type { EngineError } from '../../src/errors.js';
import { connect } from '../../src/providers/connect.js';
import { openai } from '../../src/providers/openai.js';
import type { OpenSocket, Provider } from '../../src/providers/provider.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

const created: ServerEvent = { type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } };
const problem = (code: string): ServerEvent => ({
  type: 'error',
  event_id: 'event_2',
  error: { type: 'invalid_request_error', code, message: 'Something is wrong.' },
});
const tooLong: SocketStep = { type: 'close', code: 1009, reason: 'message too long', isOurs: true };
const steps: Record<string, SocketStep> = {
  o: opens,
  s: created,
  m: '{"type": "session.upd',
  x: closes(1006),
  e: problem('session_expired'),
  w: problem('response_cancel_not_active'),
};

const { rejected, closed, protocol } = openai({ apiKey: 'sk' });
/** A scripted service that speaks and fails as the Realtime protocol does. */
const service = (script: SocketScript, overrides: Partial<Provider> = {}) =>
  scriptedProvider(script, { name: 'openai', rejected, closed, protocol, ...overrides });

const fails = (): never => {
  throw new TypeError('no');
};

/** The first letter of each event's type, m for a malformed message, L for the link. */
const letters = map(({ type }: { readonly type: string }) =>
  type === 'link' ? 'L' : type === 'diagnostic.malformed_event' ? 'm' : type.charAt(0),
);
const is = (error: Partial<EngineError>) => expect.objectContaining(error);
const says = (message: RegExp) => expect.objectContaining({ message: expect.stringMatching(message) });

describe('connect: what its errors say', () => {
  it.each<readonly [string, Partial<Provider>]>([
    ['parse', { protocol: () => ({ ...protocol(), parse: fails }) }],
    ['isReady', { protocol: () => ({ ...protocol(), isReady: fails }) }],
    ['closed', { closed: fails }],
  ])('errors when %s of a provider throws', (_, overrides) =>
    marbles((t) => {
      const script = overrides.closed ? '(ox)' : '(os)';
      const broken = service(t.cold(script, steps), overrides);
      t.expectObservable(connect(broken, broken.openSocket).pipe(ignoreElements())).toBe(
        '#',
        undefined,
        is({ code: 'lost', retryable: true }),
      );
    })(),
  );

  it(
    'takes a session that has expired for one that may be made anew',
    marbles((t) => {
      const peer = service(t.cold('os---(ex)', { ...steps, x: closes(1001) }));
      t.expectObservable(connect(peer, peer.openSocket).pipe(letters)).toBe(
        '-(sL)(e#)',
        undefined,
        is({ code: 'session_expired', retryable: true, closeCode: 1001 }),
      );
    }),
  );

  it(
    'does not take an error of long ago for the reason of a close',
    marbles((t) => {
      const peer = service(t.cold('os---w 1001ms x', steps));
      t.expectObservable(connect(peer, peer.openSocket).pipe(letters)).toBe(
        '-(sL)e 1001ms #',
        undefined,
        says(/^openai closed the connection \(1006\)$/),
      );
    }),
  );

  it(
    'names the error that came right before a close',
    marbles((t) => {
      const peer = service(t.cold('os---w 900ms x', steps));
      t.expectObservable(connect(peer, peer.openSocket).pipe(letters)).toBe(
        '-(sL)e 900ms #',
        undefined,
        says(/\(1006, response_cancel_not_active\)$/),
      );
    }),
  );

  it(
    'may try again after a message that was too long for us, and not after one of ours',
    marbles((t) => {
      const [ours, theirs] = [tooLong, closes(1009, 'too big')].map((x) => service(t.cold('os---x', { ...steps, x })));
      const expected = '-(sL)#';
      for (const [peer, retryable] of [[ours, true] as const, [theirs, false] as const]) {
        if (!peer) continue;
        const error = is({ _tag: 'StreamError', code: 'protocol', closeCode: 1009, retryable });
        t.expectObservable(connect(peer, peer.openSocket).pipe(letters)).toBe(expected, undefined, error);
      }
    }),
  );

  it(
    'may try again when asking for credentials failed, and tells why in the cause',
    marbles((t) => {
      const cause = new TypeError('no network');
      const peer = service(NEVER, { request: () => throwError(() => cause) });
      const error = is({ _tag: 'AuthenticationError', code: 'missing_key', retryable: true, cause });
      t.expectObservable(connect(peer, peer.openSocket)).toBe('#', undefined, error);
    }),
  );

  it(
    'may try again when a socket fails with an error that is none of ours',
    marbles((t) => {
      const cause = new TypeError('broken');
      const openSocket: OpenSocket = () => throwError(() => cause);
      const error = is({ _tag: 'ConnectionError', code: 'lost', retryable: true, cause });
      t.expectObservable(connect(service(NEVER), openSocket)).toBe('#', undefined, error);
    }),
  );
});

describe('connect: a socket that ends without a close', () => {
  it(
    'counts as lost',
    marbles((t) => {
      const openSocket: OpenSocket = () => t.cold('-|');
      t.expectObservable(connect(service(NEVER), openSocket)).toBe('-#', undefined, is({ code: 'lost', closeCode: 1006 }));
    }),
  );
});

describe('connect: malformed messages', () => {
  /** A session that gets this many malformed messages, one every `everyMs`, and falls silent. */
  const garbling = (count: number, everyMs: number) =>
    service(() =>
      concat(
        of(opens, created),
        interval(everyMs).pipe(
          take(count),
          map((): SocketStep => '{"type'),
        ),
      ),
    );

  it(
    'ends the connection at the 21st within 10 s, so that another may be made',
    marbles((t) => {
      const peer = garbling(30, 499);
      const failed$ = connect(peer, peer.openSocket).pipe(ignoreElements());
      const error = is({ _tag: 'StreamError', code: 'protocol', retryable: true });
      t.expectObservable(failed$).toBe(`${21 * 499}ms #`, undefined, error);
      t.expectSubscriptions(peer.subscriptions).toBe(`^ ${21 * 499 - 20}ms !`);
    }),
  );

  it(
    'passes over 21 within more than 10 s',
    marbles((t) => {
      const peer = garbling(30, 500);
      const count$ = connect(peer, peer.openSocket).pipe(
        letters,
        filter((one) => one === 'm'),
        takeUntil(timer(20_000)),
        count(),
      );
      t.expectObservable(count$).toBe('20s (n|)', { n: 30 });
    }),
  );

  it(
    'passes over 20 at once',
    marbles((t) => {
      const peer = service(t.cold('os---(mmmmmmmmmmmmmmmmmmmm)', steps));
      t.expectObservable(connect(peer, peer.openSocket).pipe(letters)).toBe('-(sL)(mmmmmmmmmmmmmmmmmmmm)');
    }),
  );
});

describe('connect: choose and report', () => {
  /** What a provider is told. */
  const told = () => {
    const outcomes: (string | undefined)[] = [];
    const report = (outcome: 'ready' | EngineError) => {
      outcomes.push(outcome === 'ready' ? 'ready' : outcome.code);
      return undefined;
    };
    return { outcomes, report };
  };

  it(
    'connects to the provider that is chosen at each attempt',
    marbles((t) => {
      const first = service(t.cold('o-x', steps), { request: () => of({ url: 'ws://first' }) });
      const second = service(t.cold('os', steps), { request: () => of({ url: 'ws://second' }) });
      const chosen = [first, second];
      const provider: Provider = { ...first, choose: () => chosen.shift() ?? second };
      const openSocket: OpenSocket = (request) => (request.url === 'ws://first' ? first : second).openSocket(request);

      const attempts$ = connect(provider, openSocket).pipe(retry(1));
      t.expectObservable(attempts$.pipe(letters)).toBe('---(sL)');
      t.expectSubscriptions(first.subscriptions).toBe('^-!');
      t.expectSubscriptions(second.subscriptions).toBe('--^');
    }),
  );

  it(
    'says with whom the session is',
    marbles((t) => {
      const second = service(t.cold('os', steps));
      const provider: Provider = { ...service(NEVER), choose: () => second };
      const name$ = connect(provider, second.openSocket).pipe(
        map((said) => said.type === 'link' && said.provider === second),
        filter(Boolean),
      );
      t.expectObservable(name$).toBe('-l', { l: true });
    }),
  );

  it.each<[string, SocketStep[] | EngineError, readonly string[]]>([
    ['a session that is ready and then lost', [opens, created, closes(1006)], ['ready', 'lost']],
    ['an answer in place of a connection', [rejects(503)], ['http']],
    ['a refused connection', refused(), ['refused']],
    ['a close before the session is ready', [opens, closes(1011)], ['lost']],
  ])('reports %s', (_, script, expected) => {
    const { outcomes, report } = told();
    const peer = service(() => (Array.isArray(script) ? from(script) : throwError(() => script)), { report });
    connect(peer, peer.openSocket).subscribe({ error: () => undefined });
    expect(outcomes).toEqual(expected);
  });

  it('reports ready before the link is told', () => {
    const { outcomes, report } = told();
    const peer = service(() => from([opens, created]), { report });
    const seen: number[] = [];
    connect(peer, peer.openSocket).subscribe({
      next: ({ type }) => type === 'link' && seen.push(outcomes.length),
      error: () => undefined,
    });
    expect(seen).toEqual([1]);
  });

  it(
    'reports a socket that opens and then says nothing',
    marbles((t) => {
      const { outcomes, report } = told();
      const peer = service(t.cold('o', steps), { report });
      t.expectObservable(connect(peer, peer.openSocket).pipe(catchError(() => of(outcomes.join())))).toBe('5s (t|)', {
        t: 'timeout',
      });
    }),
  );

  it('reports nothing when it is us who end it', () => {
    const { outcomes, report } = told();
    const peer = service(() => concat(of(opens), NEVER), { report });
    connect(peer, peer.openSocket)
      .subscribe({ error: () => undefined })
      .unsubscribe();
    expect(outcomes).toEqual([]);
  });

  it('errors with what the report makes of it', () => {
    const better = refused();
    const peer = service(() => from([rejects(503)]), { report: () => better });
    const errors: unknown[] = [];
    connect(peer, peer.openSocket).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([better]);
  });
});
