import { defer, map } from 'rxjs';
import type { Frame, Socket, WrapSocket } from '../providers/provider.js';
import { secretsOf } from './secrets-of.js';

/** A message that went over a socket. */
export interface WireMessage {
  /** Number of the connection, from 1, in the order in which they were opened. */
  readonly connection: number;
  /** Client to server, or server to client. */
  readonly dir: 'c2s' | 's2c';
  /** Text without the keys that the connection was opened with, or bytes. */
  readonly data: Frame;
}

/** Puts something in place of what nobody may read. */
const without = (secrets: readonly string[], data: Frame): Frame =>
  typeof data === 'string'
    ? secrets.reduce((text, secret) => (text.includes(secret) ? text.replaceAll(secret, '***') : text), data)
    : data;

/**
 * Listens in on sockets; they are counted over all that it is put around.
 *
 * @param tell Called with each message: one to the server before it is sent, one from it before anybody else gets it.
 */
export const tapWire = (tell: (message: WireMessage) => void): WrapSocket => {
  let opened = 0;

  return (openSocket) => (request) =>
    defer(() => {
      const secrets = secretsOf(request);
      let connection = 0;
      const say = (dir: WireMessage['dir'], data: Frame): void => tell({ connection, dir, data: without(secrets, data) });
      const tapped = (socket: Socket): Socket => ({
        send(frame) {
          say('c2s', frame);
          socket.send(frame);
        },
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
        ...(socket.ping && { ping: (data?: string) => socket.ping?.(data) }),
        ...(socket.terminate && { terminate: () => socket.terminate?.() }),
      });
      return openSocket(request).pipe(
        map((event) => {
          if (event.type === 'message') say('s2c', event.data);
          if (event.type !== 'open') return event;
          opened++;
          connection = opened;
          return { ...event, socket: tapped(event.socket) };
        }),
      );
    });
};
