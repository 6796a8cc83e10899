import { filter, map, NEVER, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, pongingSocket, rejects, type SocketStep, scriptedProvider, scriptedSocket } from '../../marbles/index.js';
import { realtime } from '../../operators/realtime.js';
import { recorded } from '../../src/engine/recorded.js';
import { tapWire } from '../../src/engine/tap-wire.js';
import { connect } from '../../src/providers/connect.js';
import { failover } from '../../src/providers/failover.js';
import type { OpenSocket, Provider } from '../../src/providers/provider.js';
import type { ServerEvent } from '../../src/wire/server-event.js';
import { marbles } from '../marbles.js';

const created: ServerEvent = { type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } };
const steps: Record<string, SocketStep> = { o: opens, s: created };
const noSocket: OpenSocket = () => throwError(() => new Error('the sockets of the platform are not for this provider'));

/** A provider that is reached by this alone. */
const reachedBy = (transport: OpenSocket, overrides: Partial<Provider> = {}): Provider => {
  const { openSocket: _, ...provider } = scriptedProvider(NEVER);
  return { ...provider, transport, ...overrides };
};
const typesOf = map(({ type }: { readonly type: string }) => type);

describe('the transport of a provider', () => {
  it(
    'takes the place of the sockets of the platform',
    marbles((t) => {
      const peer = scriptedSocket(t.cold('o-s', steps));
      const said$ = connect(reachedBy(peer.openSocket), noSocket).pipe(typesOf);
      t.expectObservable(said$, '^-----!').toBe('--(sL)', { s: 'session.created', L: 'link' });
      t.expectSubscriptions(peer.subscriptions).toBe('^-----!');
    }),
  );

  it(
    'is that of the provider which was chosen',
    marbles((t) => {
      const first = scriptedSocket(t.cold('r', { r: rejects(401) }));
      const second = scriptedSocket(t.cold('os', steps));
      const both = failover([reachedBy(first.openSocket, { name: 'a' }), reachedBy(second.openSocket, { name: 'b' })]);
      const tried$ = NEVER.pipe(realtime(both, { openSocket: noSocket, reconnect: { random: () => 0 } }), typesOf);
      t.expectObservable(tried$.pipe(filter((type) => /failed|established/.test(type))), '500ms !').toBe('fe', {
        f: 'connection.failed',
        e: 'connection.established',
      });
      t.flush();
      expect(first.requests).toHaveLength(1);
      expect(second.requests).toHaveLength(1);
    }),
  );

  it(
    'may be one without an answer to pings, which ends it',
    marbles((t) => {
      const peer = scriptedSocket(t.cold('os', steps));
      const transport = pongingSocket(peer.openSocket, () => NEVER);
      const lost$ = NEVER.pipe(
        realtime(reachedBy(transport), { openSocket: noSocket, liveness: { everyMs: 100, deadlineMs: 100 } }),
        filter((event) => event.type === 'connection.lost'),
      );
      t.expectObservable(lost$, '300ms !').toBe('200ms l', {
        l: { type: 'connection.lost', closeCode: 1006, reason: 'heartbeat' },
      });
    }),
  );

  it(
    'is recorded, too',
    marbles((t) => {
      const peer = scriptedSocket(t.cold('os', steps));
      const wire$ = new Subject<string>();
      const call$ = recorded({ provider: reachedBy(peer.openSocket), openSocket: noSocket, input: NEVER }, ({ wire$: each$ }) =>
        each$.pipe(
          map(({ dir, connection }) => wire$.next(`${dir} ${connection}`)),
          filter((_): _ is never => false),
        ),
      );
      t.expectObservable(wire$).toBe('-(sc)', { s: 's2c 1', c: 'c2s 1' });
      t.expectObservable(call$.pipe(filter(() => false)), '--!').toBe('');
    }),
  );

  it(
    'is counted with the others by who listens in',
    marbles((t) => {
      const peer = scriptedSocket(t.cold('os', steps));
      const told: number[] = [];
      const tap = tapWire(({ connection }) => told.push(connection));
      for (const open of [tap(peer.openSocket), tap(peer.openSocket)]) open({ url: 'ws://x' }).subscribe();
      t.flush();
      expect(told).toEqual([1, 2]);
    }),
  );
});
