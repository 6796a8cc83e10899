import { identity, NEVER, Observable, Subscription, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import { ConnectionError, EngineError } from '../errors.js';
import type { ConnectionEvent } from '../events.js';
import { longestTimerMs, soon } from '../wait.js';
import { backOffMs } from './back-off.js';
import { connect, type Link } from './connect.js';
import { type ConnectLimiter, connectLimiter } from './connect-limiter.js';
import { givenUp } from './given-up.js';
import { isFatal } from './is-fatal.js';
import type { OpenSocket, ParsedEvent, Provider, WrapSocket } from './provider.js';
import { sessionLimitMs } from './session-limit.js';

/** How hard to try. */
export interface ReconnectConfig {
  /**
   * Attempts to connect for the first time: 1 or more; `Infinity` for as many as `withinMs` allows.
   * @default 3
   */
  readonly firstAttempts?: number;
  /**
   * Attempts to connect again after a loss: 0 or more; `Infinity` for as many as `withinMs` allows.
   * @default 10
   */
  readonly attempts?: number;
  /**
   * How long to go on trying, in milliseconds: 0 or more; `Infinity` for ever.
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
  /** Asks for another session in place of the one that there is, with the provider of that name. */
  readonly rotate$?: Observable<string | undefined>;
  /**
   * Further providers to move to; a session with each is kept ready.
   * @default []
   */
  readonly others?: readonly Provider[];
  /**
   * What it shares with other conversations.
   * @default that of the process
   */
  readonly limiter?: ConnectLimiter;
  /**
   * Put around the transports that providers have of their own.
   * @default nothing
   */
  readonly wrapTransport?: WrapSocket;
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

/** Nothing came of a session that was asked for: the conversation stays where it is. */
export interface StandbyFailed {
  readonly type: 'standby_failed';
}

/** What a provider's sessions say, one after the other. */
export type Connected = ParsedEvent | Link | Standby | StandbyFailed | ConnectionEvent;

/** A session, whether it is heard already or not. */
interface Session {
  /** Whose it is: the first's, or that of one of the others. */
  readonly of: Provider;
  /** Whom it is asked of; another one only where `of` is a choice of providers that has changed. */
  readonly via: Provider;
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
 * its subscriber knows, `.failed` or `.lost`, and `.reconnecting` with the wait before the next, again when that gets longer. Waits by exponential back-off with full jitter, never less than the provider asked for,
 * this conversation or another, and not at the same time as others (`ConnectLimiter`).
 * Ahead of the provider's time limit, when the provider would choose another, and when asked to, opens a second session beside the first: a
 * `Standby`, which is heard when it is swapped in, or when the first is lost. Completes when a session was left in good order. Errors with what went
 * wrong when trying again cannot help, or was tried often and long enough; the cause then holds all errors of the attempts.
 */
export const keepConnected = (
  provider: Provider,
  openSocket: OpenSocket,
  {
    firstAttempts = 3,
    attempts = 10,
    withinMs = 60_000,
    random = Math.random,
    rotate$ = NEVER,
    others = [],
    limiter = connectLimiter,
    wrapTransport = identity,
  }: KeepConfig = {},
): Observable<Connected> =>
  new Observable((subscriber) => {
    let current: Session | undefined;
    let next: Session | undefined;
    /** Whom the conversation is to be with. */
    let target = provider;
    /** Sessions that are ready for a move. */
    const ready = new Map<Provider, Session>();
    let isUrgent = false;
    /** Whether somebody waits for a move that was asked for. */
    let isMoving = false;
    let wasReady = false;
    let startedAt = clock.now();
    let errors: EngineError[] = [];
    let wait = new Subscription();
    let limits = new Subscription();
    let preparing = Subscription.EMPTY;
    const seats = new Map([...new Set([provider, ...others])].map((each) => [each, limiter.join(each)]));

    const run = (session: Session): void => {
      const { of, via, subscription } = session;
      const give = (): void => (session === next ? retreat(session) : release(session));
      subscription.add(
        connect(via, openSocket, wrapTransport).subscribe({
          next(said) {
            if (said.type === 'link') Object.assign(session, { link: said, readyAt: clock.now() });
            if (said.type === 'session.created') session.limitMs = sessionLimitMs(said.session.expires_at, of.capabilities);
            if (session === current) hear(session, said);
            else if (said.type !== 'link') session.said.push(said);
            else if (session === next) offer(session, said);
          },
          error(error: unknown) {
            if (session === current) fail(session, asEngineError(error));
            else give();
          },
          complete() {
            if (session === current) subscriber.complete();
            else give();
          },
        }),
      );
    };
    const hear = (session: Session, said: ParsedEvent | Link): void => {
      if (said.type === 'link') {
        wasReady = true;
        watch(session);
      }
      subscriber.next(said);
      if (said.type !== 'link' || subscriber.closed) return;
      prepare();
      if (session.of !== target) replace(true);
      else if (isMoving) stay();
    };

    const attempt = (): void => {
      current = newSession(target);
      run(current);
    };
    /** How long the provider asked others to leave it alone; 0 when that is longer than this conversation can wait. */
    const restMs = (): Millis => {
      const ms = seats.get(target)?.restMs ?? 0;
      return ms <= early || clock.now() + ms - startedAt > withinMs ? 0 : ms;
    };
    /** Takes a moment to connect at, so long from now at least, and says how long it is until then. */
    const waitMs = (leastMs: Millis, of = target): Millis => seats.get(of)?.take(leastMs) ?? leastMs;
    const attemptIn = (inMs: Millis): void => {
      subscriber.next({ type: 'connection.reconnecting', attempt: errors.length + 1, inMs });
      if (subscriber.closed) return;
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      wait = soon(inMs).subscribe(() => {
        const ms = restMs();
        if (ms > 0) attemptIn(waitMs(ms));
        else attemptAgain();
      });
    };
    const attemptFirst = (): void => {
      const ms = restMs();
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      if (ms > 0) wait = soon(waitMs(ms)).subscribe(attemptFirst);
      else attempt();
    };
    const attemptAgain = (): void => {
      subscriber.next({ type: 'connection.starting', attempt: errors.length + 1 });
      if (!subscriber.closed) attempt();
    };
    const fail = ({ of, subscription, readyAt }: Session, error: EngineError): void => {
      subscription.unsubscribe();
      // An answer to the handshake: what a socket is closed with concerns that one alone.
      if (error.status !== undefined && error.retryAfterMs) seats.get(of)?.rest(error.retryAfterMs);
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
      const home = ready.get(provider);
      if (of !== provider && home?.link) {
        // Better at once with the first than with nobody until another is there.
        ready.delete(provider);
        target = provider;
        take(home);
        return;
      }
      const inMs = waitMs(Math.max(backOffMs(errors.length, random, error.retryAfterMs), restMs()));
      const isEnough = errors.length >= (wasReady ? attempts + 1 : firstAttempts) || clock.now() + inMs - startedAt > withinMs;
      const fatal = isFatal(error, { previous, renewsCredentials: of.renewsCredentials });
      if ((fatal || isEnough) && target !== provider) {
        // Another provider is no reason to end: the first goes on.
        target = provider;
        errors = [];
        startedAt = clock.now();
      } else if (fatal || isEnough) {
        subscriber.error(!fatal && errors.length > 1 ? givenUp(errors, error) : error);
        return;
      }
      attemptIn(inMs);
    };

    /** Opens another session beside the one that there is, or takes one that is ready. */
    const replace = (urgent: boolean, of = target, via = of): void => {
      isUrgent ||= urgent;
      if (current?.link === undefined || (next?.of === of && via === of)) return;
      next?.subscription.unsubscribe();
      const prepared = ready.get(of);
      ready.delete(of);
      next = prepared ?? newSession(of, via);
      if (!prepared) run(next);
      else if (prepared.link) offer(prepared, prepared.link);
    };
    /** Whoever hears that a provider is well again goes there in its turn. */
    const reconsiderInTurn = (): void => {
      const ms = waitMs(0);
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      if (ms > 0) limits.add(timer(ms).subscribe(reconsider));
      else reconsider();
    };
    /** Moves to the provider that would be chosen now, unless the conversation is with one of the others. */
    const reconsider = (): void => {
      const of = current?.link?.provider;
      if (!of || current?.of !== provider || target !== provider) return;
      const better = provider.choose?.(of);
      // The session that is on its way there says itself that it is well again.
      if (better && better !== of && better.name !== nameOf(next)) replace(false, provider, better);
    };
    /** The conversation stays where it is. */
    const stay = (): void => {
      isMoving = false;
      subscriber.next({ type: 'standby_failed' });
    };
    const move = (name: string | undefined): void => {
      const to = name === undefined ? target : [provider, ...others].find((each) => each.name === name);
      const isThere = name !== undefined && to === target;
      if (!to || isThere) {
        stay();
        return;
      }
      target = to;
      isMoving ||= name !== undefined;
      replace(true, to);
    };
    /** Keeps a session ready with each provider that the conversation is not with. */
    const prepare = (): void => {
      if (others.length === 0 || subscriber.closed) return;
      for (const of of [provider, ...others]) {
        if (of === current?.of || of === next?.of || ready.has(of)) continue;
        const session = newSession(of);
        ready.set(of, session);
        run(session);
      }
    };
    /** A session that was ready is no more; there will be another. */
    const release = (session: Session): void => {
      session.subscription.unsubscribe();
      if (ready.get(session.of) === session) ready.delete(session.of);
      prepareLater(session.of);
    };
    /** One timer for all: a move that comes to nothing is not to have them tried twice as often. */
    const prepareLater = (of: Provider): void => {
      if (!preparing.closed) return;
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      preparing = timer(waitMs(replaceAgainMs, of)).subscribe(prepare);
      limits.add(preparing);
    };
    const offer = (session: Session, link: Link): void =>
      subscriber.next({
        type: 'standby',
        link,
        isUrgent: () => isUrgent,
        isGone: () => session !== next,
        swap: () => swap(session),
      });
    const retreat = ({ of, via, subscription }: Session): void => {
      subscription.unsubscribe();
      next = undefined;
      const isRenewal = of === current?.of && via === of;
      if (current) target = current.of;
      if (!isRenewal) isUrgent = false;
      stay();
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      if (isRenewal) limits.add(timer(waitMs(replaceAgainMs, of)).subscribe(() => replace(false)));
      // A move that came to nothing is not tried again; there will be a session for the next one.
      else prepareLater(of);
    };
    const swap = (session: Session): void => {
      if (session !== next) return;
      current?.subscription.unsubscribe();
      install(session);
      isMoving = false;
      watch(session);
      prepare();
      // While the conversation was elsewhere nobody listened.
      if (provider.choose && !subscriber.closed) reconsiderInTurn();
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
    const watch = ({ limitMs = Number.POSITIVE_INFINITY, readyAt = clock.now() }: Session): void => {
      limits.unsubscribe();
      // Whoever listened may have left at what the session said first.
      if (subscriber.closed) return;
      limits = new Subscription();
      // It may have stood by for long.
      const ageMs = clock.now() - readyAt;
      const softMs = limitMs * softPart - ageMs;
      const lastMs = Math.max(softMs, limitMs - hardMs - ageMs);
      for (const [ms, urgent] of [
        [softMs, false],
        [lastMs, true],
      ] as const) {
        // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
        if (ms < longestTimerMs) limits.add(timer(Math.max(0, ms)).subscribe(() => replace(urgent)));
      }
    };

    subscriber.add(() => {
      const sessions = [...ready.values(), next, current].map((session) => session?.subscription);
      for (const part of [wait, limits, ...sessions]) part?.unsubscribe();
      for (const seat of seats.values()) seat.leave();
    });
    subscriber.add(rotate$.subscribe({ next: move, error: (error: unknown) => subscriber.error(error) }));
    subscriber.add(provider.changes$?.subscribe({ next: reconsiderInTurn, error: (error: unknown) => subscriber.error(error) }));
    attemptFirst();
  });

/** A timer of Node may come a millisecond early. */
const early: Millis = 1;

const newSession = (of: Provider, via = of): Session => ({ of, via, subscription: new Subscription(), said: [] });

/** With whom a session is, or will be. */
const nameOf = (session: Session | undefined): string | undefined => session?.link?.provider.name ?? session?.via.name;

const asEngineError = (error: unknown): EngineError =>
  error instanceof EngineError ? error : new ConnectionError('the connection failed', { code: 'lost', cause: error });
