import type { Duplex } from 'node:stream';
import { type MonoTypeOperatorFunction, merge, Observable, type OperatorFunction, Subject, tap } from 'rxjs';
import type { WebSocket } from 'ws';
import { type ServerStep, say, type WireEvent } from '../faults/server-step.js';
import type { Message } from './session.js';

/** What a client meets: its messages in, what is done to it out. */
export type Behaviour = OperatorFunction<Message, ServerStep>;

/** A client that is connected. */
export interface Connection {
  /** Says something beside what it has to say anyway. */
  say(event: WireEvent): void;
}

/**
 * Bytes on their way to a client above which nothing more of it is read. Answers to what it sends would pile up; its
 * audio is held back at much less, see `mostAhead`.
 */
const mostBuffered = 4 * 1024 * 1024;

const messagesOf = (socket: WebSocket): Observable<Message> =>
  new Observable((subscriber) => {
    socket.on('message', (data: Buffer, isBinary) => subscriber.next(isBinary ? data : data.toString('utf8')));
    socket.on('close', () => subscriber.complete());
  });

/** Sends, and reads nothing while the client takes too little. */
const sender = (socket: WebSocket, stream: Duplex) => {
  let gathering = false;
  let waiting = false;
  let deaf = false;

  const flush = () => {
    if (!gathering) return;
    gathering = false;
    stream.uncork();
  };

  return {
    send(text: string) {
      // What is said at once goes out at once: a write to the kernel costs more than the message.
      if (!gathering) {
        gathering = true;
        stream.cork();
        process.nextTick(flush);
      }
      if (waiting || socket.bufferedAmount < mostBuffered) return socket.send(text);
      waiting = true;
      socket.pause();
      // Called once this message, and with it all before it, has left.
      socket.send(text, () => {
        waiting = false;
        if (!deaf) socket.resume();
      });
    },
    stopReading() {
      deaf = true;
      socket.pause();
    },
    destroy() {
      flush();
      socket.terminate();
    },
  };
};

/** How a connection speaks. */
export interface ConnectionConfig {
  /**
   * An event as text; with faults it is `JSON.stringify`, for they may put anything anywhere.
   * @default JSON.stringify
   */
  readonly encode?: (event: WireEvent) => string;
  /** What goes wrong on the way to the client. */
  readonly faults?: MonoTypeOperatorFunction<ServerStep> | undefined;
}

/**
 * Connects a socket to a behaviour. Ends with the socket.
 *
 * @param stream What the socket writes to.
 */
export const connection = (
  socket: WebSocket,
  stream: Duplex,
  behave: Behaviour,
  { encode = JSON.stringify, faults }: ConnectionConfig = {},
): Connection => {
  // What a broken socket has to say is said by its close.
  socket.on('error', () => undefined);
  const { send, stopReading, destroy } = sender(socket, stream);
  const textOf = faults ? JSON.stringify : encode;

  const carryOut = (step: ServerStep) => {
    switch (step.type) {
      case 'say':
        return send(textOf(step.event));
      case 'send':
        return send(step.text);
      case 'close':
        return socket.close(step.code, step.reason);
      case 'destroy':
        return destroy();
      case 'stop_reading':
      // It is the last step, so that nothing is said any more either.
      case 'half_open':
        return stopReading();
    }
  };

  const pushed$ = new Subject<ServerStep>();
  const steps$ = merge(messagesOf(socket).pipe(behave), pushed$);
  // In the stream: what cannot be carried out, such as JSON too deep to be written, ends this connection, not the process.
  const running = (faults ? steps$.pipe(faults) : steps$)
    .pipe(tap(carryOut))
    .subscribe({ error: () => socket.close(1011, 'server_error') });
  socket.on('close', () => running.unsubscribe());
  return { say: (event) => pushed$.next(say(event)) };
};
