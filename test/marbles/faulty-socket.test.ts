import { EMPTY, filter, map, mergeMap, NEVER, type OperatorFunction, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  closes,
  type Fault,
  faultySocket,
  opens,
  refused,
  type SocketStep,
  scriptedPlayout,
  scriptedProvider,
  scriptedSocket,
} from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import type { OpenSocket, SocketEvent } from '../../src/providers/provider.js';
import { marbles } from '../marbles.js';

const request = { url: 'ws://test' };
const event = (type: string): SocketStep => JSON.stringify({ type, event_id: 'event_1' });
const steps = { o: opens, a: event('a'), b: event('b'), x: closes(1001) };

/** Letters for what comes: types of events, codes of closes, `?` for what is none. */
const letters: OperatorFunction<SocketEvent, string> = map((came) => {
  if (came.type === 'close') return `${came.code}`;
  if (came.type !== 'message') return came.type;
  try {
    return (JSON.parse(String(came.data)) as { type: string }).type;
  } catch {
    return '?';
  }
});
const names = { o: 'open', a: 'a', b: 'b', x: '1001', l: '1006', e: 'error', u: 'rxvox.unknown_event', '?': '?' };

describe('faultySocket', () => {
  it(
    'lets everything pass where no fault is meant',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(cold('-o-a-b-x', steps));
      const events = faultySocket(socket.openSocket, [{ type: 'drop', connection: 2 }])(request).pipe(letters);
      expectObservable(events).toBe('            -o-a-b-(x|)', names);
      expectSubscriptions(socket.subscriptions).toBe('^------!');
    }),
  );

  const cases: readonly [string, Fault, string, string, string][] = [
    // fault, source, expected, subscription
    ['drops', { type: 'drop', on: 'a' }, '         -o-a-b-x', '   -o---b-(x|)', '   ^------!'],
    ['doubles', { type: 'duplicate', on: 'b' }, '    -o-a-b---x', ' -o-a-(bb)(x|)', ' ^--------!'],
    ['delays', { type: 'delay', ms: 60, on: 'a' }, ' -o-a-b----x', '-o----(ab)(x|)', '^---------!'],
    ['reorders', { type: 'reorder', on: 'a' }, '     -o-a-b----x', '-o---(ba)-(x|)', '^---------!'],
    ['garbles', { type: 'malformed', on: 'a' }, '    -o-a-b-x', '   -o-?-b-(x|)', '   ^------!'],
    ['invents', { type: 'unknown_event', on: 'b' }, '-o-a-b----x', '-o-a-(ub)-(x|)', '^---------!'],
    ['expires', { type: 'expire', on: 'a' }, '       -o-a-b-x', '   -o-(aex|)', '     ^--!'],
    ['is lost', { type: 'destroy', on: 'a' }, '      -o-a-b-x', '   -o-(al|)', '      ^--!'],
    ['falls silent', { type: 'half_open', on: 'a' }, '-o-a-b-x', '   -o-a', '          ^------!'],
  ];
  it.each(cases)('%s', (_, fault, source, expected, subs) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(cold(source, steps));
      expectObservable(faultySocket(socket.openSocket, [fault])(request).pipe(letters)).toBe(expected, names);
      expectSubscriptions(socket.subscriptions).toBe(subs);
    })();
  });

  it(
    'fails the handshake of the connections that are meant, and opens no socket for them',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(cold('-o', steps));
      const openSocket = faultySocket(socket.openSocket, [
        { type: 'refuse', connection: 1 },
        { type: 'http', status: 429, retryAfter: 2, code: 'insufficient_quota', connection: 2 },
        { type: 'hang', connection: 3 },
      ]);
      expectObservable(openSocket(request)).toBe('#', undefined, refused());
      expectObservable(openSocket(request)).toBe('(r|)', {
        r: { type: 'rejected', status: 429, headers: { 'retry-after': '2' }, body: '{"error":{"code":"insufficient_quota"}}' },
      });
      expectObservable(openSocket(request)).toBe('-');
      expectObservable(openSocket(request).pipe(letters)).toBe('-o', names);
      expectSubscriptions(socket.subscriptions).toBe(['^']);
    }),
  );

  it(
    'keeps back what is sent to a peer that has stopped reading',
    marbles(({ cold, expectObservable }) => {
      const socket = scriptedSocket(cold('o-a-b', steps));
      const openSocket = faultySocket(socket.openSocket, [{ type: 'stop_reading', on: 'a' }]);
      const buffered = openSocket(request).pipe(
        mergeMap((came) =>
          came.type !== 'open'
            ? of(came).pipe(letters)
            : cold('-y---z').pipe(
                map((text) => {
                  came.socket.send(`"${text}"`);
                  return came.socket.bufferedAmount;
                }),
              ),
        ),
      );
      expectObservable(buffered).toBe('    -0a-b3', { a: 'a', b: 'b', 0: 0, 3: 3 });
      expectObservable(socket.sent$).toBe('-y');
    }),
  );

  it(
    'leaves alone what is no event',
    marbles(({ cold, expectObservable }) => {
      const bytes = Uint8Array.of(1, 2);
      const socket = scriptedSocket(cold('ojbnx', { ...steps, j: 'no JSON', b: bytes, n: '[1]' }));
      const events = faultySocket(socket.openSocket, [{ type: 'drop' }])(request).pipe(
        mergeMap((came) => (came.type === 'message' ? of(came.data) : EMPTY)),
      );
      expectObservable(events).toBe('-jbn|', { j: 'no JSON', b: bytes, n: '[1]' });
    }),
  );

  it(
    'stops when unsubscribed, delays and all',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(cold('-o-a-b', steps));
      const events = faultySocket(socket.openSocket, [{ type: 'delay', ms: 40 }])(request).pipe(letters);
      expectObservable(events, '                  ^-----!').toBe('-o---a', names);
      expectSubscriptions(socket.subscriptions).toBe('^-----!');
    }),
  );

  it('says on call which fault is none', () => {
    const { openSocket }: { openSocket: OpenSocket } = scriptedSocket(EMPTY);
    expect(() => faultySocket(openSocket, [{ type: 'close', code: 1006 }])).toThrow(/^faultySocket: close: code must be/);
  });

  it(
    'lets a conversation see the faults that the simulator has',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const created = { type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } } as const;
      const service = scriptedProvider(cold('o-c', { o: opens, c: created }));
      const openSocket = faultySocket(service.openSocket, [{ type: 'close', code: 1012, on: 'session.created' }]);
      const events = NEVER.pipe(
        realtime(service, { openSocket, playout: scriptedPlayout(), reconnect: false }),
        map(({ type }) => type),
        filter((type) => !type.startsWith('diagnostic.')),
      );
      expectObservable(events).toBe(
        's-(cel#)',
        { s: 'connection.starting', c: 'session.created', e: 'connection.established', l: 'connection.lost' },
        expect.objectContaining({ code: 'lost', closeCode: 1012 }),
      );
      expectSubscriptions(service.subscriptions).toBe('^-!');
    }),
  );
});
