import { defer, map } from 'rxjs';
import type { Millis } from './audio.js';
import { clock } from './clock.js';
import type { OpenSocket, Socket, SocketEvent } from './providers/provider.js';

/** A ping after so many bytes: fewer than three a second of audio at 24 kHz. */
const pingBytes = 24_576;

/**
 * The same on a slow link. Where 64 kbit/s get through a pong comes every second: often enough for `withLiveness`, whose
 * own pings wait behind the audio.
 */
const slowPingBytes = 8192;

/** So much may be under way on a link that is late: 0.7 s of audio at 24 kHz. */
const windowBytes = 49_152;

/** A link is late when a pong takes longer, as none does for which voice is of use … */
const lateMs: Millis = 1000;

/** … until one comes so soon. With one threshold all that waits would go out at once each time that the queue gets short. */
const promptMs: Millis = 500;

/** When a peer that lives has answered no ping for so long, it does not do so any more. */
const givenUpMs: Millis = 5000;

/** No more pings than this are without an answer: a peer that never answers gets no more, and 2 MB at once are covered. */
const mostPings = 128;

/** A ping that is not answered: how much was sent before it, and when. */
interface Ping {
  readonly mark: number;
  readonly at: Millis;
}

/** What was sent over a connection, and how much of it has arrived: a pong proves that all before its ping has. */
export interface SendWindow {
  /** So many bytes were sent. Constant time, and nothing is allocated but for the ping that may follow. */
  sent(bytes: number): void;
  /** The peer answered the ping with this data; how long that took, or undefined where the ping is not one of ours. */
  pong(data: string | undefined): Millis | undefined;
  /** Whether audio had better wait: more than 48 KiB are under way, and pongs take longer than a second. */
  isLate(): boolean;
  /** Whether nothing was proved to have arrived for a second, of what should have been. */
  isSilent(): boolean;
}

/**
 * Asks by pings what has arrived, for nobody else knows: the kernel takes megabytes, of which `bufferedAmount` says nothing.
 *
 * Never late before the first pong has come, and not after 5 s without one: a peer that does not answer pings is held up by none.
 *
 * @param ping Sends a ping with this data, the number of bytes that were sent before it.
 */
export const createSendWindow = (ping: (data: string) => void): SendWindow => {
  let sent = 0;
  let pinged = 0;
  let arrived: number | undefined;
  let arrivedAt = 0;
  // Until a pong says otherwise.
  let isSlow = true;
  let pings: readonly Ping[] = [];

  /** How long the oldest ping has waited, and nothing has come. */
  const silenceMs = (): Millis => {
    const [oldest] = pings;
    return oldest ? clock.now() - Math.max(oldest.at, arrivedAt) : 0;
  };
  return {
    sent(bytes) {
      sent += bytes;
      if (sent - pinged < (isSlow ? slowPingBytes : pingBytes) || pings.length >= mostPings) return;
      pinged = sent;
      pings = [...pings, { mark: sent, at: clock.now() }];
      ping(`${sent}`);
    },
    pong(data) {
      // Of several pings a peer may answer the last alone (RFC 6455, 5.5.3).
      const at = pings.findIndex(({ mark }) => `${mark}` === data);
      const answered = pings[at];
      if (!answered) return undefined;
      pings = pings.slice(at + 1);
      const wasLate = isSlow && arrived !== undefined;
      arrived = answered.mark;
      arrivedAt = clock.now();
      const rttMs = arrivedAt - answered.at;
      isSlow = rttMs > (wasLate ? promptMs : lateMs);
      return rttMs;
    },
    isLate() {
      if (arrived === undefined || sent - arrived <= windowBytes) return false;
      const [oldest] = pings;
      if (!oldest) return false;
      if (silenceMs() <= givenUpMs) return isSlow || clock.now() - oldest.at > lateMs;
      arrived = undefined;
      pings = [];
      return false;
    },
    isSilent: () => arrived !== undefined && silenceMs() > lateMs,
  };
};

const windowed = (socket: Socket, window: SendWindow): Socket => ({
  send(frame) {
    socket.send(frame);
    window.sent(frame.length);
  },
  get bufferedAmount() {
    return socket.bufferedAmount;
  },
  ping: (data) => socket.ping?.(data),
  ...(socket.terminate && { terminate: () => socket.terminate?.() }),
  isLate: window.isLate,
  isSilent: window.isSilent,
});

/**
 * Lets sockets that can ping say whether what was sent arrives in time: `isLate` and `isSilent`.
 *
 * Pings after each 24 KiB, or 8 where the link is slow; the pongs pass with their `rttMs`. Sockets without pings are left
 * alone, and so are peers that do not give the data of a ping back.
 *
 * @param openSocket What opens them.
 */
export const withSendWindow =
  (openSocket: OpenSocket): OpenSocket =>
  (request) =>
    defer(() => {
      let window: SendWindow | undefined;
      return openSocket(request).pipe(
        map((event): SocketEvent => {
          if (event.type === 'open' && event.socket.ping) {
            const { socket } = event;
            window = createSendWindow((data) => socket.ping?.(data));
            return { type: 'open', socket: windowed(socket, window) };
          }
          if (event.type !== 'pong') return event;
          const rttMs = window?.pong(event.data);
          return rttMs === undefined ? event : { ...event, rttMs };
        }),
      );
    });
