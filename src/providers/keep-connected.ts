import { NEVER, Observable, Subscription, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import { ConnectionError, EngineError } from '../errors.js';
import type { ConnectionEvent } from '../events.js';
import { backOffMs } from './back-off.js';
import { connect, type Link } from './connect.js';
import { isFatal } from './is-fatal.js';
import type { OpenSocket, ParsedEvent, Provider } from './provider.js';
import { sessionLimitMs } from './session-limit.js';

/** How hard to try. */
export interface ReconnectConfig {
  /**
   * Attempts to connect for the first time.
   * @default 3
   */
  readonly firstAttempts?: number;
  /**
   * Attempts to connect again after a loss.
   * @default 10
   */
  readonly attempts?: number;
  /**
   * How long to go on trying, in milliseconds.
   * @default 60000
   */
  readonly withinMs?: Millis;
  /**
   * Dice of the waits, 0 to 1.
   * @default Math.random
   */
  readonly random?: () => number;
}

export interface KeepConfig extends ReconnectConfig {
  /** Asks for another session in place of the one that there is. */
  readonly rotate$?: Observable<unknown>;
}

/** A session that is ready beside the one that there is. */
export interface Standby {
  readonly type: 'standby';
  readonly link: Link;
  /** Whether it may take over while the user speaks. */
  isUrgent(): boolean;
  /** Whether it is not there any more: lost, or in the place of the other already. */
  isGone(): boolean;
  /** It takes over: nothing of the other one is heard any more. */
  swap(): void;
}

/** What a provider's sessions say, one after the other. */
export type Connected = ParsedEvent | Link | Standby | ConnectionEvent;

/** A session, whether it is heard already or not. */
interface Session {
  readonly subscription: Subscription;
  /** What it has said before it was heard. */
  readonly said: ParsedEvent[];
  link?: Link;
  readyAt?: Millis;
  limitMs?: Millis;
}

/** A connection must have lasted so long for the one after it to be a new story. */
const provenMs: Millis = 5000;

/** When a session is to be replaced: from this part of its time when nobody speaks, and so long before its end in any case. */
const softPart = 0.9;
const hardMs: Millis = 30_000;

/** How long to wait before a replacement that came to nothing is tried again. */
const replaceAgainMs: Millis = 5000;

/**
 * Connects, and connects again when the connection is lost or its time is nearly up: a provider's sessions as one stream.
 *
 * Emits what the session that is heard says and its `Link`, and where the connection stands: `connection.starting` for each attempt but the first, of which
 * its subscriber knows, `.failed` or `.lost`, and `.reconnecting` with the wait before the next. Waits by exponential back-off with full jitter, never less than the provider asked for.
 * Ahead of the provider's time limit, when the provider would choose another, and when asked to, opens a second session beside the first: a
 * `Standby`, which is heard when it is swapped in, or when the first is lost. Completes when a session was left in good order. Errors with what went
 * wrong when trying again cannot help, or was tried often and long enough; the cause then holds all errors of the attempts.
 */
export const keepConnected = (
  provider: Provider,
  openSocket: OpenSocket,
  { firstAttempts = 3, attempts = 10, withinMs = 60_000, random = Math.random, rotate$ = NEVER }: KeepConfig = {},
): Observable<Connected> =>
  new Observable((subscriber) => {
    let current: Session | undefined;
    let next: Session | undefined;
    let isUrgent = false;
    let wasReady = false;
    let startedAt = clock.now();
    let errors: EngineError[] = [];
    let wait = new Subscription();
    let limits = new Subscription();

    const run = (session: Session, to = provider): void => {
      session.subscription.add(
        connect(to, openSocket).subscribe({
          next(said) {
            if (said.type === 'link') Object.assign(session, { link: said, readyAt: clock.now() });
            if (said.type === 'session.created') {
              session.limitMs = sessionLimitMs(said.session.expires_at, to.capabilities);
            }
            if (session !== next) hear(session, said);
            else if (said.type === 'link') offer(session, said);
            else session.said.push(said);
          },
          error(error: unknown) {
            if (session === next) retreat();
            else fail(session, asEngineError(error));
          },
          complete: () => subscriber.complete(),
        }),
      );
    };
    const hear = (session: Session, said: ParsedEvent | Link): void => {
      if (said.type === 'link') {
        wasReady = true;
        watch(session);
      }
      subscriber.next(said);
    };

    const attempt = (): void => {
      current = newSession();
      run(current);
    };
    const attemptAgain = (): void => {
      subscriber.next({ type: 'connection.starting', attempt: errors.length + 1 });
      if (!subscriber.closed) attempt();
    };
    const fail = ({ subscription, readyAt }: Session, error: EngineError): void => {
      subscription.unsubscribe();
      limits.unsubscribe();
      // What is gone cannot be replaced: the next attempt does that.
      current = undefined;
      if (readyAt !== undefined && clock.now() - readyAt >= provenMs) {
        errors = [];
        startedAt = clock.now();
      }
      const retryCount = errors.length;
      const previous = errors.at(-1);
      errors.push(error);
      subscriber.next(
        readyAt === undefined
          ? { type: 'connection.failed', error, retryCount }
          : { type: 'connection.lost', closeCode: error.closeCode ?? 1006, reason: error.code },
      );
      if (subscriber.closed) return;
      if (next?.link) {
        take(next);
        return;
      }
      next?.subscription.unsubscribe();
      next = undefined;
      const inMs = backOffMs(errors.length, random, error.retryAfterMs);
      const isEnough = errors.length >= (wasReady ? attempts + 1 : firstAttempts) || clock.now() + inMs - startedAt > withinMs;
      const fatal = isFatal(error, { previous, renewsCredentials: provider.renewsCredentials });
      if (fatal || isEnough) {
        subscriber.error(!fatal && errors.length > 1 ? givenUp(errors, error) : error);
        return;
      }
      subscriber.next({ type: 'connection.reconnecting', attempt: errors.length + 1, inMs });
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      wait = timer(inMs).subscribe(attemptAgain);
    };

    /** Opens another session beside the one that there is. */
    const replace = (urgent: boolean, to = provider): void => {
      isUrgent ||= urgent;
      if (next || current?.link === undefined) return;
      next = newSession();
      run(next, to);
    };
    /** Moves to the provider that would be chosen now. */
    const reconsider = (): void => {
      const of = current?.link?.provider;
      const better = of && provider.choose?.(of);
      if (better && better !== of) replace(false, better);
    };
    const offer = (session: Session, link: Link): void =>
      subscriber.next({
        type: 'standby',
        link,
        isUrgent: () => isUrgent,
        isGone: () => session !== next,
        swap: () => swap(session),
      });
    const retreat = (): void => {
      next?.subscription.unsubscribe();
      next = undefined;
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      limits.add(timer(replaceAgainMs).subscribe(() => replace(false)));
    };
    const swap = (session: Session): void => {
      if (session !== next) return;
      current?.subscription.unsubscribe();
      install(session);
      watch(session);
    };
    /** The one that there was is lost: the other is the new one, and nobody waited. */
    const take = (session: Session): void => {
      install(session);
      if (session.link) hear(session, session.link);
    };
    const install = (session: Session): void => {
      current = session;
      next = undefined;
      isUrgent = false;
      for (const said of session.said) subscriber.next(said);
    };
    /** Sees to it that the session is replaced before its time is up. */
    const watch = ({ limitMs = Number.POSITIVE_INFINITY }: Session): void => {
      limits.unsubscribe();
      // Whoever listened may have left at what the session said first.
      if (subscriber.closed) return;
      limits = new Subscription();
      const softMs = limitMs * softPart;
      const lastMs = Math.max(softMs, limitMs - hardMs);
      for (const [ms, urgent] of [
        [softMs, false],
        [lastMs, true],
      ] as const) {
        // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
        if (ms < longestTimerMs) limits.add(timer(ms).subscribe(() => replace(urgent)));
      }
    };

    subscriber.add(() => {
      for (const part of [wait, limits, next?.subscription, current?.subscription]) part?.unsubscribe();
    });
    subscriber.add(rotate$.subscribe({ next: () => replace(true), error: (error: unknown) => subscriber.error(error) }));
    subscriber.add(provider.changes$?.subscribe({ next: reconsider, error: (error: unknown) => subscriber.error(error) }));
    attempt();
  });

/** A timer cannot wait for longer: 24 days. */
const longestTimerMs: Millis = 2 ** 31 - 1;

const newSession = (): Session => ({ subscription: new Subscription(), said: [] });

const asEngineError = (error: unknown): EngineError =>
  error instanceof EngineError ? error : new ConnectionError('the connection failed', { code: 'lost', cause: error });

const givenUp = (errors: readonly EngineError[], { message, code, closeCode, status, retryAfterMs }: EngineError): EngineError =>
  new ConnectionError(`gave up after ${errors.length} attempts: ${message}`, {
    code,
    retryable: true,
    ...(closeCode === undefined ? {} : { closeCode }),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: new AggregateError(errors),
  });
