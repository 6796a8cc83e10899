import { defer, from, Observable, type Subscription, switchMap, take, throwIfEmpty, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import { ConfigError, ConnectionError } from '../errors.js';
import type { ClientEvent } from '../wire/client-event.js';
import type { ServerEventOf } from '../wire/server-event.js';
import type { OpenSocket, ParsedEvent, Provider, Socket, SocketEvent } from './provider.js';

/** How long an open socket may stay silent before the session is given up. */
const silenceMs: Millis = 5000;

/** How long a provider may take to answer a goodbye. */
const farewellMs: Millis = 1000;

/** A session that is ready for commands. */
export interface Link {
  readonly type: 'link';
  /** Sends a command; false when the provider has no such command. */
  send(command: ClientEvent): boolean;
  /** Says goodbye where the protocol has a word for it; the stream then completes when the provider has answered, or after 1 s. */
  leave(): boolean;
}

/**
 * Connects to a provider: subscribing opens the socket, unsubscribing closes it.
 *
 * Emits what the provider says, and a `Link` right after the event that says that the session is ready: an open socket
 * alone is not. Completes when the provider has said goodbye. Errors with the class and code of what went wrong: no
 * connection, an answer instead of an upgrade, an error and a close after it, 5 s of silence, loss in mid-session.
 */
export const connect = (provider: Provider, openSocket: OpenSocket): Observable<ParsedEvent | Link> =>
  defer(() => from(provider.request())).pipe(
    take(1),
    throwIfEmpty(() => new ConfigError(`${provider.name}: it gave no address to connect to`, { code: 'invalid_config' })),
    switchMap((request) => session(provider, openSocket(request))),
  );

const session = (provider: Provider, socket$: Observable<SocketEvent>): Observable<ParsedEvent | Link> =>
  new Observable((subscriber) => {
    const protocol = provider.protocol();
    let socket: Socket | undefined;
    let isReady = false;
    let isLeaving = false;
    let lastError: ServerEventOf<'error'> | undefined;
    let waiting: Subscription | undefined;

    const awaitFirstWord = (): void => {
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      waiting = timer(silenceMs).subscribe(() => {
        const message = `${provider.name}: the socket opened, but no session came within ${silenceMs} ms`;
        subscriber.error(new ConnectionError(message, { code: 'timeout', retryable: true }));
      });
    };

    const link: Link = {
      type: 'link',
      send(command) {
        const frames = protocol.serialize(command);
        if (frames) for (const frame of frames) socket?.send(frame);
        return frames !== undefined;
      },
      leave() {
        if (!protocol.farewell) return false;
        isLeaving = true;
        // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
        waiting = timer(farewellMs).subscribe(() => subscriber.complete());
        socket?.send(protocol.farewell.frame);
        return true;
      },
    };

    const receive = (event: ParsedEvent): void => {
      if (event.type === 'error') lastError = event;
      for (const frame of protocol.reply(event)) socket?.send(frame);
      subscriber.next(event);
      if (protocol.farewell?.isLast(event)) subscriber.complete();
      if (isReady || !protocol.isReady(event)) return;
      isReady = true;
      waiting?.unsubscribe();
      subscriber.next(link);
    };

    const connection = socket$.subscribe({
      next(signal) {
        switch (signal.type) {
          case 'message':
            for (const event of protocol.parse(signal.data)) receive(event);
            break;
          case 'open':
            socket = signal.socket;
            awaitFirstWord();
            for (const frame of protocol.greeting) socket.send(frame);
            break;
          case 'rejected':
            subscriber.error(provider.rejected(signal));
            break;
          case 'close':
            if (isLeaving) subscriber.complete();
            else subscriber.error(provider.closed(signal.code, signal.reason, lastError));
        }
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    return () => {
      waiting?.unsubscribe();
      connection.unsubscribe();
    };
  });
