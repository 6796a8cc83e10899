import { EMPTY, filter, map, merge, mergeMap, of, switchMap, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closes, opens, refused, rejects, type SocketStep, scriptedProvider, scriptedSocket } from '../../marbles/index.js';
import { AuthenticationError, ConnectionError } from '../../src/errors.js';
import type { SocketEvent } from '../../src/providers/provider.js';
import { marbles } from '../marbles.js';

const request = { url: 'ws://test' };
const typeOf = map((event: SocketEvent) => event.type);
const created: SocketStep = '{"type":"session.created"}';

describe('scriptedSocket', () => {
  it(
    'opens, speaks and closes as the script says',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(cold('-o-c--x', { o: opens, c: created, x: closes(1001, 'gone') }));
      const events = socket.openSocket(request).pipe(map((event) => (event.type === 'open' ? 'open' : event)));

      expectObservable(events).toBe('     -o-c--(x|)', {
        o: 'open',
        c: { type: 'message', data: created },
        x: { type: 'close', code: 1001, reason: 'gone' },
      });
      expectSubscriptions(socket.subscriptions).toBe('^-----!');
      expect(socket.requests).toEqual([]);
    }),
  );

  it(
    'stays silent when the script has ended',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(cold('-o|', { o: opens }));
      expectObservable(socket.openSocket(request).pipe(typeOf), '^----!').toBe('-o', { o: 'open' });
      expectSubscriptions(socket.subscriptions).toBe('          ^----!');
    }),
  );

  it(
    'errors when refused and completes when rejected',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const none = scriptedSocket(cold('--#', {}, refused()));
      const busy = scriptedSocket(cold('-r', { r: rejects(429, { 'retry-after': '2' }) }));

      expectObservable(none.openSocket(request)).toBe('--#', {}, refused());
      expectSubscriptions(none.subscriptions).toBe('   ^-!');
      expectObservable(busy.openSocket(request)).toBe('-(r|)', {
        r: { type: 'rejected', status: 429, headers: { 'retry-after': '2' }, body: '' },
      });
    }),
  );

  it(
    'records what is sent with its time, and answers it',
    marbles(({ cold, expectObservable }) => {
      const socket = scriptedSocket(({ sent$ }) =>
        merge(
          cold('o', { o: opens }),
          sent$.pipe(
            filter((event) => event.type === 'input_audio_buffer.commit'),
            switchMap(() => cold('--a', { a: 'answer' })),
          ),
        ),
      );
      const client = socket.openSocket(request).pipe(
        mergeMap((event) =>
          event.type === 'open'
            ? cold('-c-t-b', { c: '{"type":"input_audio_buffer.commit"}', t: 'no JSON', b: Uint8Array.of(1) }).pipe(
                tap((frame) => event.socket.send(frame)),
                mergeMap(() => EMPTY),
              )
            : of(event.type),
        ),
      );

      expectObservable(client, '       ^------!').toBe('---a', { a: 'message' });
      expectObservable(socket.sent$).toBe('-c-t-b', {
        c: { type: 'input_audio_buffer.commit' },
        t: 'no JSON',
        b: Uint8Array.of(1),
      });
    }),
  );

  it(
    'makes a script for each attempt',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = scriptedSocket(({ attempt }) => cold(attempt === 1 ? '-x' : '-o', { x: closes(1006), o: opens }));
      expectObservable(socket.openSocket(request).pipe(typeOf)).toBe('          -(x|)', { x: 'close' });
      expectObservable(socket.openSocket(request).pipe(typeOf), '--^---!').toBe('---o', { o: 'open' });
      expectSubscriptions(socket.subscriptions).toBe(['^!', '           --^---!']);
    }),
  );

  it(
    'loses what is sent after the end',
    marbles(({ cold, expectObservable }) => {
      const socket = scriptedSocket(cold('o-x', { o: opens, x: closes() }));
      const late = socket
        .openSocket(request)
        .pipe(mergeMap((event) => (event.type === 'open' ? cold('---a').pipe(tap(() => event.socket.send('late'))) : EMPTY)));
      expectObservable(late).toBe('---a', undefined);
      expectObservable(socket.sent$).toBe('-');
    }),
  );
});

describe('scriptedProvider', () => {
  it('speaks the vocabulary as it stands', () => {
    const protocol = scriptedProvider(EMPTY).protocol();
    expect(protocol.serialize({ type: 'input_audio_buffer.commit' })).toEqual(['{"type":"input_audio_buffer.commit"}']);
    const [event] = protocol.parse('{"type":"session.created"}');
    expect(event && protocol.isReady(event)).toBe(true);
    expect(protocol.parse('{')).toEqual([{ type: 'diagnostic.malformed_event', eventType: '', paths: ['(not JSON)'] }]);
  });

  it('tells credentials from connections', () => {
    const provider = scriptedProvider(EMPTY);
    const answer = (status: number, headers = {}) => provider.rejected({ type: 'rejected', status, headers, body: '' });
    expect(answer(401)).toBeInstanceOf(AuthenticationError);
    expect(answer(429, { 'retry-after': '2' })).toMatchObject({ code: 'rate_limited', retryAfterMs: 2000, retryable: true });
    expect(answer(503)).toMatchObject({ code: 'http', retryable: true, status: 503 });
    expect(provider.closed(3000, '')).toBeInstanceOf(AuthenticationError);
    expect(provider.closed(1006, '')).toBeInstanceOf(ConnectionError);
  });

  it('takes what a test wants otherwise', () => {
    expect(scriptedProvider(EMPTY, { name: 'mine' })).toMatchObject({ name: 'mine', requests: [] });
  });
});
