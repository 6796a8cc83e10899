import {
  concat,
  defer,
  finalize,
  from,
  map,
  NEVER,
  type Observable,
  type ObservableInput,
  ReplaySubject,
  Subject,
  takeWhile,
} from 'rxjs';
import type { Frame, OpenSocket, Socket, SocketEvent, SocketRequest } from '../src/providers/provider.js';
import type { ClientEvent } from '../src/wire/client-event.js';
import type { SocketStep } from './socket-steps.js';
import { logged, type SubscriptionLogs } from './subscription-logs.js';

/** One attempt to connect, for scripts that answer. */
export interface ScriptedConnection {
  /** 1 for the first. */
  readonly attempt: number;
  readonly request: SocketRequest;
  /** What the client sends over this connection, as it comes. */
  readonly sent$: Observable<ClientEvent>;
}

/**
 * What the peer does. A stream is played again for each connection; a function makes one for each. Its completion means nothing: the peer
 * falls silent. Its error is the socket's.
 */
export type SocketScript = Observable<SocketStep> | ((connection: ScriptedConnection) => ObservableInput<SocketStep>);

/** Sockets that follow a script, and what was done to them. */
export interface ScriptedSocket {
  readonly openSocket: OpenSocket;
  /** Everything sent over any connection, JSON text as the event that it says; replays, so that it may be expected last. */
  readonly sent$: Observable<unknown>;
  /** One for each attempt. */
  readonly requests: readonly SocketRequest[];
  /** When sockets were opened and closed, for `expectSubscriptions`. */
  readonly subscriptions: SubscriptionLogs;
}

/** A peer may send anything that a test wants to see: what is no JSON stays as it is. */
const read = (frame: Frame): unknown => {
  if (typeof frame !== 'string') return frame;
  try {
    return JSON.parse(frame);
  } catch {
    return frame;
  }
};

const isEnd = (event: SocketEvent): boolean => event.type === 'close' || event.type === 'rejected';

const eventOf = (step: SocketStep, socket: Socket): SocketEvent => {
  if (typeof step === 'string' || step instanceof Uint8Array) return { type: 'message', data: step };
  if (step.type === 'open') return { type: 'open', socket };
  if (step.type === 'close' || step.type === 'rejected' || step.type === 'message' || step.type === 'pong') return step;
  return { type: 'message', data: JSON.stringify(step) };
};

/**
 * Makes an `openSocket` that follows a script, in virtual or real time.
 *
 * It completes after `close` and `rejected`, errors when the script does, and never ends otherwise. What is sent after the end is lost, as on a
 * real socket.
 *
 * @param script What the peer does: `cold('o-c', { o: opens, c: created })`, or a function of what the client sends.
 * @param bufferedAmount What `socket.bufferedAmount` says. Default 0.
 */
export function scriptedSocket(script: SocketScript, bufferedAmount: () => number = () => 0): ScriptedSocket {
  const all$ = new ReplaySubject<unknown>(Number.POSITIVE_INFINITY);
  const requests: SocketRequest[] = [];
  const subscriptions: SubscriptionLogs = [];

  const openSocket: OpenSocket = (request) => {
    const events$ = defer(() => {
      const attempt = requests.push(request);
      const sent$ = new Subject<ClientEvent>();
      let isOpen = true;
      const socket: Socket = {
        send: (frame) => {
          if (!isOpen) return;
          const sent = read(frame);
          all$.next(sent);
          sent$.next(sent as ClientEvent);
        },
        get bufferedAmount() {
          return bufferedAmount();
        },
      };
      const steps = typeof script === 'function' ? from(script({ attempt, request, sent$: sent$.asObservable() })) : script;
      return concat(steps, NEVER).pipe(
        map((step) => eventOf(step, socket)),
        takeWhile((event) => !isEnd(event), true),
        finalize(() => {
          isOpen = false;
        }),
      );
    });
    return logged(events$, subscriptions);
  };

  return { openSocket, sent$: all$.asObservable(), requests, subscriptions };
}
