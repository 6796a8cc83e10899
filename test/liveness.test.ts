import { concat, EMPTY, filter, finalize, map, mergeMap, NEVER, type Observable, type OperatorFunction, of, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  closes,
  faultySocket,
  type Marbles,
  opens,
  pongingSocket,
  refused,
  rejects,
  type SocketStep,
  scriptedProvider,
  scriptedSocket,
} from '../marbles/index.js';
import { realtime } from '../operators/realtime.js';
import { clock } from '../src/clock.js';
import type { VoiceEvent } from '../src/events.js';
import { withLiveness } from '../src/liveness.js';
import { openai } from '../src/providers/openai.js';
import type { OpenSocket, SocketEvent } from '../src/providers/provider.js';
import type { ServerEvent } from '../src/wire/server-event.js';
import { marbles } from './marbles.js';

const request = { url: 'ws://test' };
const word = JSON.stringify({ type: 'word', event_id: 'event_1' });
const steps: Record<string, SocketStep> = { o: opens, m: word, x: closes(1001), r: rejects(503) };

/** `o` open, `m` message, `p` pong, `h` ended by the heartbeat, `x` closed by the peer, `r` rejected. */
const letters: OperatorFunction<SocketEvent, string> = map((event) => {
  if (event.type === 'close') return event.code === 1006 && event.reason === 'heartbeat' ? 'h' : 'x';
  return event.type.slice(0, 1);
});
/** Answers the first pings after so many milliseconds each, and no other. */
const answering =
  (...afterMs: readonly number[]) =>
  (ping: number): Observable<unknown> => {
    const ms = afterMs[ping - 1];
    return ms === undefined ? NEVER : timer(ms);
  };

/** The moments of pings. */
const pingTimes = (openSocket: OpenSocket, t: Marbles, answer: (ping: number) => Observable<unknown>) => {
  const at: number[] = [];
  const watched: OpenSocket = (request) =>
    pongingSocket(
      openSocket,
      answer,
    )(request).pipe(
      map((event): SocketEvent => {
        if (event.type !== 'open') return event;
        const { socket } = event;
        const ping = (): void => {
          at.push(t.now());
          socket.ping?.();
        };
        return { type: 'open', socket: { send: (frame) => socket.send(frame), bufferedAmount: 0, ping } };
      }),
    );
  return { openSocket: watched, at };
};

describe('withLiveness', () => {
  it(
    'ends the socket when nothing comes within the deadline after a ping',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const script = scriptedSocket(cold('o', steps));
      const openSocket = withLiveness(pongingSocket(script.openSocket, () => NEVER));
      expectObservable(openSocket(request).pipe(letters)).toBe('o 3980ms (h|)');
      expectSubscriptions(script.subscriptions).toBe('          ^ 3980ms !');
    }),
  );

  it(
    'pings at every interval, whenever the pong comes',
    marbles((t) => {
      const script = scriptedSocket(t.cold('o', steps));
      const { openSocket, at } = pingTimes(script.openSocket, t, answering(0, 1000, 1780, 20));
      t.expectObservable(withLiveness(openSocket)(request), '^ 9s !').toBe('o 1980ms p 2980ms p 2760ms p 220ms p', {
        o: expect.anything(),
        p: expect.anything(),
      });
      t.flush();
      expect(at).toEqual([2000, 4000, 6000, 8000]);
    }),
  );

  it(
    'keeps a link whose pongs take almost as long as they may',
    marbles(({ cold, expectObservable }) => {
      const { openSocket } = scriptedSocket(cold('o', steps));
      const pongs$ = withLiveness(pongingSocket(openSocket, answering(1999, 1999, 1999)))(request);
      expectObservable(pongs$.pipe(letters)).toBe('o 3979ms p 1980ms p 1980ms p 1981ms (h|)');
    }),
  );

  it(
    'takes any message for a sign of life',
    marbles(({ cold, expectObservable }) => {
      const script = scriptedSocket(cold('o 2980ms m 1980ms m', steps));
      const openSocket = withLiveness(pongingSocket(script.openSocket, () => NEVER));
      expectObservable(openSocket(request).pipe(letters)).toBe('o 2980ms m 1980ms m 2980ms (h|)');
    }),
  );

  it(
    'takes nothing that came before the ping for an answer to it',
    marbles(({ cold, expectObservable }) => {
      const script = scriptedSocket(cold('o 1940ms m', steps));
      const openSocket = withLiveness(pongingSocket(script.openSocket, () => NEVER));
      expectObservable(openSocket(request).pipe(letters)).toBe('o 1940ms m 2020ms (h|)');
    }),
  );

  it(
    'does not ping again while an answer is due',
    marbles((t) => {
      const script = scriptedSocket(t.cold('o', steps));
      const { openSocket, at } = pingTimes(script.openSocket, t, answering(2600));
      const events$ = withLiveness(openSocket, { everyMs: 1000, deadlineMs: 3000 })(request);
      t.expectObservable(events$.pipe(letters)).toBe('o 3580ms p 3080ms (h|)');
      t.flush();
      expect(at).toEqual([1000, 3700]);
    }),
  );

  it(
    'says how long a pong took',
    marbles(({ cold, expectObservable }) => {
      const { openSocket } = scriptedSocket(cold('o', steps));
      const pongs$ = withLiveness(
        pongingSocket(openSocket, () => timer(140)),
        { everyMs: 500 },
      )(request).pipe(filter(({ type }) => type === 'pong'));
      expectObservable(pongs$, '^ 1s !').toBe('640ms p', { p: { type: 'pong', data: '', rttMs: 140 } });
    }),
  );

  it(
    'ends by force, once it has let go of the socket',
    marbles((t) => {
      const happened: string[] = [];
      const openSocket: OpenSocket = () => {
        const socket = {
          send: () => undefined,
          bufferedAmount: 0,
          ping: () => undefined,
          terminate: () => happened.push('terminate'),
        };
        const open: SocketEvent = { type: 'open', socket };
        return concat(of(open), NEVER).pipe(
          (events$) => events$,
          finalize(() => happened.push('unsubscribe')),
        );
      };
      t.expectObservable(withLiveness(openSocket)(request).pipe(letters)).toBe('o 3980ms (h|)');
      t.flush();
      expect(happened).toEqual(['unsubscribe', 'terminate']);
    }),
  );

  it(
    'lets the peer close, and pings no more',
    marbles((t) => {
      const script = scriptedSocket(t.cold('o 2480ms x', steps));
      const { openSocket, at } = pingTimes(script.openSocket, t, () => timer(0));
      t.expectObservable(withLiveness(openSocket)(request).pipe(letters)).toBe('o 1980ms p 480ms (x|)');
      t.flush();
      expect(at).toEqual([2000]);
    }),
  );

  it(
    'pings no more when unsubscribed',
    marbles((t) => {
      const script = scriptedSocket(t.cold('o', steps));
      const { openSocket, at } = pingTimes(script.openSocket, t, () => timer(0));
      t.expectObservable(withLiveness(openSocket)(request).pipe(letters), '^ 3s !').toBe('o 1980ms p');
      t.expectSubscriptions(script.subscriptions).toBe('^ 3s !');
      t.flush();
      expect(at).toEqual([2000]);
    }),
  );

  it(
    'lets handshakes fail as they do',
    marbles(({ cold, expectObservable }) => {
      const answered = scriptedSocket(cold('--r', steps));
      expectObservable(withLiveness(answered.openSocket)(request).pipe(letters)).toBe('--(r|)');
      expectObservable(withLiveness(() => cold('--#', {}, refused()))(request)).toBe('--#', undefined, refused());
      expectObservable(withLiveness(() => EMPTY)(request)).toBe('|');
      expectObservable(withLiveness(() => NEVER)(request)).toBe('-');
    }),
  );

  it(
    'watches each subscription by itself',
    marbles(({ cold, expectObservable }) => {
      const script = scriptedSocket(cold('o', steps));
      const events$ = withLiveness(pongingSocket(script.openSocket, answering(0)))(request).pipe(letters);
      expectObservable(events$, '^').toBe('            o 1980ms p 3980ms (h|)');
      expectObservable(events$, '-----^').toBe('-----o 1980ms p 3980ms (h|)');
    }),
  );

  it(
    'notices a peer that is half-open',
    marbles(({ cold, expectObservable }) => {
      const script = scriptedSocket(cold('o 4980ms m', steps));
      const faulty = faultySocket(
        pongingSocket(script.openSocket, () => timer(20)),
        [{ type: 'half_open', on: 'word' }],
      );
      expectObservable(withLiveness(faulty)(request).pipe(letters)).toBe('o 2s p 1980ms p 960ms m 2980ms (h|)');
    }),
  );

  it.each([
    { everyMs: 0 },
    { deadlineMs: -1 },
    { silenceMs: Number.NaN },
    // Node would ping without a pause.
    { everyMs: Number.POSITIVE_INFINITY },
    { everyMs: 2 ** 31 },
    { deadlineMs: 2 ** 31 },
  ])('refuses %o', (config) => {
    expect(() => withLiveness(() => EMPTY, config)).toThrow(RangeError);
    expect(() => realtime(openai({ apiKey: 'sk' }), { openSocket: () => EMPTY, liveness: config })).toThrow(RangeError);
  });
});

describe('withLiveness, where the socket cannot ping', () => {
  it(
    'leaves the socket alone',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const script = scriptedSocket(cold('o', steps));
      expectObservable(withLiveness(script.openSocket)(request).pipe(letters)).toBe('o');
      expectSubscriptions(script.subscriptions).toBe('^');
    }),
  );

  it(
    'ends it after as much silence as was said, to a tenth',
    marbles(({ cold, expectObservable }) => {
      const script = scriptedSocket(cold('o 980ms m 1020ms m', steps));
      const events$ = withLiveness(script.openSocket, { silenceMs: 2000 })(request);
      expectObservable(events$.pipe(letters)).toBe('o 980ms m 1020ms m 2140ms (h|)');
    }),
  );
});

describe('withLiveness, after our own process slept', () => {
  /** From a moment on the clock is so much ahead: the wait that was under way then ends as late as after such a sleep. */
  const sleeps = (t: Marbles, at: number, ms: number): void => {
    clock.delegate = { now: () => t.now() + (t.now() >= at ? ms : 0) };
  };

  it(
    'gives a ping that was out the rest of its time after a short stall',
    marbles((t) => {
      sleeps(t, 2500, 1900);
      const { openSocket } = scriptedSocket(t.cold('o', steps));
      t.expectObservable(withLiveness(pongingSocket(openSocket, () => NEVER))(request).pipe(letters)).toBe('o 3980ms (h|)');
    }),
  );

  it(
    'pings at once after a long one, and notices within half the time that the link is dead',
    marbles((t) => {
      sleeps(t, 2900, 60_000);
      const script = scriptedSocket(t.cold('o', steps));
      const { openSocket, at } = pingTimes(script.openSocket, t, answering(20));
      t.expectObservable(withLiveness(openSocket)(request).pipe(letters)).toBe('o 2s p 2960ms (h|)');
      t.flush();
      expect(at).toEqual([2000, 4000]);
    }),
  );

  it(
    'asks anew when a ping was out',
    marbles((t) => {
      sleeps(t, 2900, 60_000);
      const script = scriptedSocket(t.cold('o', steps));
      const { openSocket, at } = pingTimes(script.openSocket, t, (ping) => (ping === 2 ? timer(40) : NEVER));
      t.expectObservable(withLiveness(openSocket)(request).pipe(letters)).toBe('o 3020ms p 3940ms (h|)');
      t.flush();
      expect(at).toEqual([2000, 3000, 5000]);
    }),
  );

  it(
    'notices that it slept in the midst of a ping',
    marbles((t) => {
      let asleepMs = 0;
      clock.delegate = { now: () => t.now() + asleepMs };
      const { openSocket } = scriptedSocket(t.cold('o', steps));
      const sleepy = pongingSocket(openSocket, () => {
        asleepMs = 60_000;
        return NEVER;
      });
      t.expectObservable(withLiveness(sleepy)(request).pipe(letters)).toBe('o 3180ms (h|)');
    }),
  );
});

describe('liveness of realtime', () => {
  const created: ServerEvent = { type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } };
  const deaf = (t: Marbles) => {
    const service = scriptedProvider(t.cold('(oc)', { o: opens, c: created }));
    return { service, openSocket: pongingSocket(service.openSocket, () => NEVER) };
  };
  const ends = mergeMap((event: VoiceEvent) =>
    event.type === 'connection.lost' && event.reason === 'heartbeat' ? of('l') : EMPTY,
  );

  it(
    'is watched unless the application says otherwise',
    marbles((t) => {
      const { service, openSocket } = deaf(t);
      const lost = expect.objectContaining({ _tag: 'ConnectionError', code: 'heartbeat', retryable: true, closeCode: 1006 });
      t.expectObservable(NEVER.pipe(realtime(service, { openSocket, reconnect: false }), ends)).toBe('4s (l#)', undefined, lost);
      t.expectSubscriptions(service.subscriptions).toBe('^ 3980ms !');
    }),
  );

  it(
    'is not watched where it is turned off',
    marbles((t) => {
      const { service, openSocket } = deaf(t);
      t.expectObservable(NEVER.pipe(realtime(service, { openSocket, liveness: false }), ends), '^ 9980ms !').toBe('-');
      t.expectSubscriptions(service.subscriptions).toBe('^ 9980ms !');
    }),
  );
});
