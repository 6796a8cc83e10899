import { defer, from, map, merge, mergeMap, type ObservableInput, Subject, takeWhile } from 'rxjs';
import type { OpenSocket, SocketEvent } from '../src/providers/provider.js';

interface Pinged {
  readonly number: number;
  readonly data: string;
}

/**
 * Gives sockets a `ping`, and pongs for it, in virtual time or real. Scripted sockets have none of their own.
 *
 * @param openSocket What opens them, for example that of a {@link scriptedProvider}.
 * @param answer What comes of a ping, by its number in this connection, from 1: a pong for each value. `() => timer(40)` answers after 40 ms,
 * `() => NEVER` does not.
 */
export const pongingSocket =
  (openSocket: OpenSocket, answer: (ping: number) => ObservableInput<unknown>): OpenSocket =>
  (request) =>
    defer(() => {
      const pings = new Subject<Pinged>();
      let count = 0;
      const opened = (event: SocketEvent): SocketEvent => {
        if (event.type !== 'open') return event;
        const { socket } = event;
        return {
          type: 'open',
          socket: {
            send: (frame) => socket.send(frame),
            get bufferedAmount() {
              return socket.bufferedAmount;
            },
            ping: (data = '') => pings.next({ number: ++count, data }),
          },
        };
      };
      const pongs$ = pings.pipe(
        mergeMap(({ number, data }) => from(answer(number)).pipe(map((): SocketEvent => ({ type: 'pong', data })))),
      );
      const events$ = openSocket(request).pipe(map(opened));
      return merge(pongs$, events$).pipe(takeWhile(({ type }) => type !== 'close' && type !== 'rejected', true));
    });
