import { defer, map, merge, Subject, timer } from 'rxjs';
import { clock } from '../../src/clock.js';
import type { OpenSocket, Socket, SocketEvent } from '../../src/providers/provider.js';

export interface Link {
  /** What gets through on the way up. */
  readonly bytesPerMs: number;
  /** There and back. */
  readonly rttMs: number;
  /** From when on nothing arrives any more over the first connection, and nobody says so. */
  readonly deadAt?: number;
}

/**
 * Puts links between sockets and their peers, and says how much was under way at most. What is sent arrives in order, pings
 * among it; `bufferedAmount` is 0 all along, as where the kernel takes it all.
 */
export const slowLink = (openSocket: OpenSocket, { bytesPerMs, rttMs, deadAt = Number.POSITIVE_INFINITY }: Link) => {
  const underWay: { readonly at: number; readonly bytes: number }[] = [];
  let connections = 0;
  const linked: OpenSocket = (request) =>
    defer(() => {
      const endsAt = ++connections === 1 ? deadAt : Number.POSITIVE_INFINITY;
      const pongs = new Subject<SocketEvent>();
      let freeAt = 0;
      const carry = (bytes: number, ms: number, then: () => void): void => {
        const now = clock.now();
        freeAt = Math.max(freeAt, now) + bytes / bytesPerMs;
        underWay.push({ at: now, bytes: (freeAt - now) * bytesPerMs });
        timer(Math.ceil(freeAt + ms - now)).subscribe(() => {
          if (clock.now() < endsAt) then();
        });
      };
      const over = (socket: Socket): Socket => ({
        send: (frame) => carry(frame.length, rttMs / 2, () => socket.send(frame)),
        bufferedAmount: 0,
        ping: (data = '') => carry(6 + data.length, rttMs, () => pongs.next({ type: 'pong', data })),
      });
      const events$ = openSocket(request).pipe(
        map((event): SocketEvent => (event.type === 'open' ? { type: 'open', socket: over(event.socket) } : event)),
      );
      return merge(pongs, events$);
    });
  return {
    openSocket: linked,
    /** Between two moments. */
    mostUnderWay: (from: number, to: number): number =>
      Math.max(0, ...underWay.filter(({ at }) => at >= from && at < to).map(({ bytes }) => bytes)),
  };
};
