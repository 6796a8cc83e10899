import { Observable, type Subscription, timer } from 'rxjs';
import type { Millis } from './audio.js';
import { checkRanges } from './check-ranges.js';
import { clock } from './clock.js';
import type { OpenSocket, Socket, SocketEvent } from './providers/provider.js';
import { longestTimerMs } from './wait.js';

/** How often a peer is asked whether it is there, and how long it may take to answer. */
export interface LivenessConfig {
  /**
   * From one ping to the next, in milliseconds: 1 to 2147483647, which is 24 days.
   * @default 2000
   */
  readonly everyMs?: Millis;
  /**
   * How long the peer may be silent after a ping, in milliseconds: 1 to 2147483647, which is 24 days.
   * @default 2000
   */
  readonly deadlineMs?: Millis;
  /**
   * For sockets that cannot ping, those of browsers: how long the peer may be silent at all, in milliseconds. It must
   * have promised to say something more often than that. More than 24 days: such sockets are not watched.
   * @default Infinity: such sockets are not watched
   */
  readonly silenceMs?: Millis;
}

/** The reason of a close with 1006, which no peer can send, when the peer did not answer. */
export const heartbeatMissed = 'heartbeat';

/** How often, while an answer is due, we look whether it has come. */
const looks = 10;

/**
 * Ends sockets whose peer is gone without a word: nothing else tells, for what is sent to nobody piles up in the kernel,
 * where `bufferedAmount` does not see it (0 for 58 s, measured).
 *
 * Pings every `everyMs`. When nothing has come within `deadlineMs` after a ping, no message and no pong, the socket is
 * ended by force, and its last event is `close` with 1006 and the reason `heartbeat`: at most `everyMs + deadlineMs`
 * after the last sign of life. Pongs go on with their `rttMs`.
 *
 * Only time in which our own process runs counts: after a stall what came meanwhile is read first. After a longer one
 * than `deadlineMs`, such as suspension, it pings at once and gives half the time, for such links are more often dead.
 *
 * @param openSocket What opens them, `openSocket` of `rxvox/node` for example.
 * @throws RangeError on call, when a time is out of its range.
 */
export function withLiveness(openSocket: OpenSocket, config: LivenessConfig = {}): OpenSocket {
  const { everyMs = 2000, deadlineMs = 2000, silenceMs = Number.POSITIVE_INFINITY } = config;
  checkLiveness('withLiveness', config);
  const rhythmOf = (socket: Socket): Rhythm | undefined => {
    if (socket.ping) return { everyMs, deadlineMs, ping: () => socket.ping?.() };
    return silenceMs <= longestTimerMs ? { everyMs: 0, deadlineMs: silenceMs } : undefined;
  };

  return (request) =>
    new Observable<SocketEvent>((subscriber) => {
      let heartbeat: Heartbeat | undefined;
      const lose = (socket: Socket): void => {
        events.unsubscribe();
        socket.terminate?.();
        subscriber.next({ type: 'close', code: 1006, reason: heartbeatMissed });
        subscriber.complete();
      };
      const events = openSocket(request).subscribe({
        next(event) {
          heartbeat?.heard();
          if (event.type === 'open') {
            const rhythm = rhythmOf(event.socket);
            heartbeat = rhythm && startHeartbeat(rhythm, () => lose(event.socket));
          }
          const isOwn = event.type === 'pong' && event.rttMs === undefined;
          subscriber.next(isOwn && heartbeat ? { ...event, rttMs: heartbeat.sincePing() } : event);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      return () => {
        heartbeat?.stop();
        events.unsubscribe();
      };
    });
}

/** Throws RangeError for times that cannot be. A timer that is to wait longer than it can does not wait at all. */
export const checkLiveness = (who: string, { everyMs = 1, deadlineMs = 1, silenceMs = 1 }: LivenessConfig): void =>
  checkRanges(who, {
    everyMs: [everyMs, 1, longestTimerMs],
    deadlineMs: [deadlineMs, 1, longestTimerMs],
    silenceMs: [silenceMs, 1],
  });

/** When to ask, and how long to wait. */
interface Rhythm {
  readonly everyMs: Millis;
  readonly deadlineMs: Millis;
  /** Absent where the peer speaks without being asked. */
  readonly ping?: () => void;
}

interface Heartbeat {
  /** The peer gave a sign of life. */
  heard(): void;
  sincePing(): Millis;
  stop(): void;
}

/**
 * Counts many short waits, not one long one: after a stall of our own event loop only one of them is due, and what
 * waited meanwhile comes before the next.
 */
const startHeartbeat = ({ everyMs, deadlineMs, ping }: Rhythm, lost: () => void): Heartbeat => {
  let isHeard = false;
  let left = looks;
  let pingedAt = 0;
  let waiting: Subscription;

  const wait = (ms: Millis, then: (hasSlept: boolean) => void, from = clock.now()): void => {
    const dueAt = from + ms;
    // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
    waiting = timer(ms).subscribe(() => then(clock.now() - dueAt >= deadlineMs));
  };
  const rest = (): void => wait(Math.max(0, pingedAt + everyMs - clock.now()), ask);
  const ask = (hasSlept: boolean): void => {
    isHeard = false;
    left = hasSlept && ping ? looks / 2 : looks;
    pingedAt = clock.now();
    ping?.();
    // Suspension may come in the midst of the ping.
    wait(deadlineMs / looks, look, pingedAt);
  };
  const look = (hasSlept: boolean): void => {
    left -= 1;
    if (hasSlept) ask(true);
    else if (isHeard) rest();
    else if (left > 0) wait(deadlineMs / looks, look);
    else lost();
  };

  pingedAt = clock.now();
  rest();
  return {
    heard() {
      isHeard = true;
    },
    sincePing: () => clock.now() - pingedAt,
    stop: () => waiting.unsubscribe(),
  };
};
