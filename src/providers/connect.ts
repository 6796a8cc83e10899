import {
  catchError,
  defer,
  EMPTY,
  from,
  identity,
  Observable,
  type Subscription,
  switchMap,
  take,
  tap,
  throwError,
  throwIfEmpty,
  timeout,
  timer,
} from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import { AuthenticationError, ConfigError, ConnectionError, EngineError, StreamError } from '../errors.js';
import { heartbeatMissed } from '../liveness.js';
import type { ClientEvent } from '../wire/client-event.js';
import type { ServerEventOf } from '../wire/server-event.js';
import type { OpenSocket, ParsedEvent, Provider, Socket, SocketEvent, SocketRequest, WrapSocket } from './provider.js';
import { recentTimes } from './recent-times.js';

/** How long credentials may take to come, a socket to open, and then to say that the session is ready. */
const silenceMs: Millis = 5000;

/** How much later than those of the sockets our own deadline is. */
const graceMs: Millis = 500;

/** How long a provider may take to answer a goodbye. */
const farewellMs: Millis = 1000;

/** How long before a close an `error` event may have said why; services send them together. */
const reasonMs: Millis = 1000;

/** How many messages may be malformed within which time, before the connection counts as broken. */
const malformed = { most: 20, withinMs: 10_000 };

type SocketClosed = Extract<SocketEvent, { readonly type: 'close' }>;

/** A session that is ready for commands. */
export interface Link {
  readonly type: 'link';
  /** Whom it is with: the one that `Provider.choose` gave. */
  readonly provider: Provider;
  /** Sends a command; false when the provider has no such command. */
  send(command: ClientEvent): boolean;
  /** Says goodbye where the protocol has a word for it; the stream then completes when the provider has answered, or after 1 s. */
  leave(): boolean;
  /** Bytes that were sent and have not left the process. */
  bufferedBytes(): number;
  /** Whether what was sent arrives so late that audio had better wait. */
  isLate(): boolean;
  /** Whether nothing is known to have arrived for a second, of what should have. */
  isSilent(): boolean;
}

/**
 * Connects to a provider, or to the one that it chooses: subscribing opens the socket, unsubscribing closes it.
 *
 * Emits what the provider says, and a `Link` right after the event that says that the session is ready: an open socket alone
 * is not. Completes when the provider has said goodbye. Errors with an `EngineError` that says what happened and whether
 * another attempt can help: no credentials, or none within 5 s, no connection, an answer instead of an upgrade, an error and a close after it, 5
 * s of silence (5.5 s for a socket to open), a message that is too long, more than 20 malformed messages within 10 s, loss in mid-session. The provider
 * is told of both (`Provider.report`).
 *
 * @param openSocket Opens sockets to providers that have no transport of their own.
 * @param wrapTransport Put around the transports of those that have. Default: nothing.
 */
export const connect = (
  provider: Provider,
  openSocket: OpenSocket,
  wrapTransport: WrapSocket = identity,
): Observable<ParsedEvent | Link> =>
  defer(() => {
    const chosen = provider.choose?.() ?? provider;
    const own: OpenSocket | undefined = chosen.transport && ((request) => chosen.transport?.(request) ?? EMPTY);
    const open = own ? wrapTransport(own) : openSocket;
    return requestOf(chosen).pipe(
      switchMap((request) => session(chosen, open(request))),
      catchError((cause: unknown) => {
        const error = cause instanceof EngineError ? cause : failed(chosen, cause);
        return throwError(() => chosen.report?.(error) ?? error);
      }),
    );
  });

const requestOf = (provider: Provider): Observable<SocketRequest> =>
  defer(() => from(provider.request())).pipe(
    timeout({ first: silenceMs, with: () => throwError(() => late(provider)) }),
    take(1),
    throwIfEmpty(() => new ConfigError(`${provider.name}: it gave no address to connect to`, { code: 'invalid_config' })),
    catchError((cause: unknown) => {
      if (cause instanceof EngineError) throw cause;
      const message = `${provider.name}: asking for credentials failed; see the cause`;
      throw new AuthenticationError(message, { code: 'missing_key', retryable: true, cause });
    }),
  );

const late = ({ name }: Provider): EngineError =>
  new ConnectionError(`${name}: no credentials came within ${silenceMs} ms`, { code: 'timeout', retryable: true });

const failed = ({ name }: Provider, cause: unknown): EngineError =>
  new ConnectionError(`${name}: the socket failed; see the cause`, { code: 'lost', retryable: true, cause });

const session = (provider: Provider, socket$: Observable<SocketEvent>): Observable<ParsedEvent | Link> =>
  new Observable((subscriber) => {
    const protocol = provider.protocol();
    let socket: Socket | undefined;
    let isReady = false;
    let isLeaving = false;
    let lastError: { readonly event: ServerEventOf<'error'>; readonly at: Millis } | undefined;
    let malformedAt: readonly Millis[] = [];
    let waiting: Subscription | undefined;

    const allow = (ms: Millis, missed: string): void => {
      waiting?.unsubscribe();
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      waiting = timer(ms).subscribe(() =>
        subscriber.error(
          new ConnectionError(`${provider.name}: ${missed} within ${ms} ms`, { code: 'timeout', retryable: true }),
        ),
      );
    };

    const link: Link = {
      type: 'link',
      provider,
      send(command) {
        const frames = protocol.serialize(command);
        if (frames) for (const frame of frames) socket?.send(frame);
        return frames !== undefined;
      },
      bufferedBytes: () => socket?.bufferedAmount ?? 0,
      isLate: () => socket?.isLate?.() ?? false,
      isSilent: () => socket?.isSilent?.() ?? false,
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
      if (event.type === 'error') lastError = { event, at: clock.now() };
      for (const frame of protocol.reply(event)) socket?.send(frame);
      subscriber.next(event);
      if (event.type === 'diagnostic.malformed_event') countMalformed();
      if (protocol.farewell?.isLast(event)) subscriber.complete();
      if (isReady || !protocol.isReady(event)) return;
      isReady = true;
      waiting?.unsubscribe();
      provider.report?.('ready');
      subscriber.next(link);
    };

    const countMalformed = (): void => {
      malformedAt = recentTimes(malformedAt, clock.now(), malformed.withinMs);
      if (malformedAt.length <= malformed.most) return;
      const message = `${provider.name}: more than ${malformed.most} malformed messages within ${malformed.withinMs / 1000} s`;
      subscriber.error(new StreamError(message, { code: 'protocol', retryable: true }));
    };

    const closed = ({ code, reason, isOurs }: SocketClosed): EngineError => {
      if (isOurs) {
        const message = `${provider.name}: the connection was ended on our side (${code}${reason ? `, ${reason}` : ''})`;
        return new StreamError(message, { code: 'protocol', retryable: true, closeCode: code });
      }
      if (code === 1006 && reason === heartbeatMissed) {
        const message = `${provider.name}: the connection is dead: nothing came in answer to a ping`;
        return new ConnectionError(message, { code: 'heartbeat', retryable: true, closeCode: code });
      }
      const why = lastError && clock.now() - lastError.at <= reasonMs ? lastError.event : undefined;
      return provider.closed(code, reason, why);
    };

    // Sockets of browsers have no deadline of their own; those that have one say more.
    allow(silenceMs + graceMs, 'the socket did not open');
    // In a tap, for what a provider's own functions throw is an error like any other there, and nobody's in a subscriber.
    const connection = socket$
      .pipe(
        tap({
          next(signal) {
            switch (signal.type) {
              case 'message':
                for (const event of protocol.parse(signal.data)) receive(event);
                break;
              case 'open':
                socket = signal.socket;
                allow(silenceMs, 'the socket opened, but no session came');
                for (const frame of protocol.greeting) socket.send(frame);
                break;
              case 'rejected':
                subscriber.error(provider.rejected(signal));
                break;
              case 'close':
                if (isLeaving) subscriber.complete();
                else subscriber.error(closed(signal));
            }
          },
          complete() {
            if (isLeaving) subscriber.complete();
            else subscriber.error(provider.closed(1006, ''));
          },
        }),
      )
      .subscribe({ error: (error: unknown) => subscriber.error(error) });
    return () => {
      waiting?.unsubscribe();
      connection.unsubscribe();
    };
  });
