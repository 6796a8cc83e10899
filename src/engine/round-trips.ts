import { defer, map } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import type { OpenSocket, Socket } from '../providers/provider.js';

/** The same sockets, and how long each ping takes to be answered. Pongs come in the order of their pings. */
export const roundTrips =
  (openSocket: OpenSocket, tell: (ms: Millis) => void): OpenSocket =>
  (request) =>
    defer(() => {
      const pinged: Millis[] = [];
      const watched = (socket: Socket): Socket => ({
        send: (frame) => socket.send(frame),
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
        ...(socket.ping && {
          ping(data?: string) {
            pinged.push(clock.now());
            socket.ping?.(data);
          },
        }),
        ...(socket.terminate && { terminate: () => socket.terminate?.() }),
      });
      return openSocket(request).pipe(
        map((event) => {
          const at = event.type === 'pong' ? pinged.shift() : undefined;
          if (at !== undefined) tell(clock.now() - at);
          return event.type === 'open' ? { ...event, socket: watched(event.socket) } : event;
        }),
      );
    });
