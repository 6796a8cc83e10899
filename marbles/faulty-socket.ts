import { concat, concatAll, connect, defer, filter, map, merge, NEVER, type Observable, of, takeWhile, throwError } from 'rxjs';
import { ConfigError } from '../src/errors.js';
import { misfitFault } from '../src/faults/check-fault.js';
import type { Fault, HandshakeFault } from '../src/faults/fault.js';
import { handshakeFault } from '../src/faults/fault-plan.js';
import { hasFaults, injectFaults } from '../src/faults/inject-faults.js';
import { type ServerStep, say, type WireEvent } from '../src/faults/server-step.js';
import type { OpenSocket, Socket, SocketEvent } from '../src/providers/provider.js';
import { closes, refused, rejects } from './socket-steps.js';

/** Settings of `faultySocket`. */
export interface FaultySocketConfig {
  /**
   * For the dice of the faults: the same seed makes the same happen.
   * @default 0
   */
  readonly seed?: number;
}

const isEvent = (value: unknown): value is WireEvent =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const stepOf = (text: string): ServerStep => {
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) ? say(value) : { type: 'send', text };
  } catch {
    return { type: 'send', text };
  }
};

/** What faults can happen to; the rest goes by. */
const faultable = (event: SocketEvent): ServerStep | undefined => {
  if (event.type === 'close') return event;
  return event.type === 'message' && typeof event.data === 'string' ? stepOf(event.data) : undefined;
};

const message = (data: string): SocketEvent => ({ type: 'message', data });

/** A socket whose peer may stop reading: what is sent then piles up, or is gone. */
const deafenable = (socket: Socket) => {
  let deaf = false;
  let kept = 0;
  return {
    socket: {
      send(frame) {
        if (!deaf) socket.send(frame);
        else kept += frame.length;
      },
      get bufferedAmount() {
        return socket.bufferedAmount + kept;
      },
      ...(socket.ping && { ping: (data?: string) => (deaf ? undefined : socket.ping?.(data)) }),
      ...(socket.terminate && { terminate: () => socket.terminate?.() }),
    } satisfies Socket,
    deafen() {
      deaf = true;
    },
  };
};

const failed = (fault: HandshakeFault): Observable<SocketEvent> => {
  if (fault.type === 'hang') return NEVER;
  if (fault.type === 'refuse') return throwError(() => refused());
  const body = fault.code === undefined ? '' : JSON.stringify({ error: { code: fault.code } });
  const retry = fault.retryAfter === undefined ? {} : { 'retry-after': `${fault.retryAfter}` };
  return of(rejects(fault.status, retry, body) as SocketEvent);
};

/**
 * Lets faults happen to sockets, in virtual time or real: the same that `startSimulator({ faults })` lets happen, with the
 * same dice. Connections are counted from 1, over all that this `openSocket` opens.
 *
 * `refuse` errors, `http` rejects, `hang` and `half_open` say nothing and never end, `destroy` closes with 1006. After
 * `stop_reading` what is sent piles up in `bufferedAmount`.
 *
 * @param openSocket What opens them, for example that of a {@link scriptedProvider}.
 * @throws ConfigError on call, when a fault is none.
 */
export function faultySocket(
  openSocket: OpenSocket,
  faults: readonly Fault[],
  { seed = 0 }: FaultySocketConfig = {},
): OpenSocket {
  const misfit = faults.map(misfitFault).find((words) => words !== undefined);
  if (misfit !== undefined) throw new ConfigError(`faultySocket: ${misfit}`, { code: 'invalid_config' });
  const plan = { faults, seed };
  let count = 0;

  return (request) =>
    defer(() => {
      const number = ++count;
      const fault = handshakeFault(plan, number);
      if (fault) return failed(fault);
      if (!hasFaults(plan, number)) return openSocket(request);

      let deafen = () => {};
      const opened = (event: SocketEvent): SocketEvent => {
        if (event.type !== 'open') return event;
        const peer = deafenable(event.socket);
        deafen = peer.deafen;
        return { type: 'open', socket: peer.socket };
      };
      const carriedOut = (step: ServerStep): readonly SocketEvent[] => {
        if (step.type === 'say') return [message(JSON.stringify(step.event))];
        if (step.type === 'send') return [message(step.text)];
        if (step.type === 'close') return [step];
        if (step.type === 'destroy') return [closes(1006) as SocketEvent];
        deafen();
        return [];
      };

      const events$ = openSocket(request).pipe(
        connect((all$) =>
          merge(
            all$.pipe(
              filter((event) => faultable(event) === undefined),
              map(opened),
            ),
            all$.pipe(
              map(faultable),
              filter((step) => step !== undefined),
              injectFaults(plan, number),
              map(carriedOut),
              concatAll(),
            ),
          ),
        ),
      );
      // A peer that is half-open never ends, whatever it does.
      return concat(events$, NEVER).pipe(takeWhile(({ type }) => type !== 'close' && type !== 'rejected', true));
    });
}
