import { type EngineEvent, failureEvent } from './engine-event.js';
import { asEngineError } from './event-failure.js';
import { eventHistory } from './event-history.js';
import { type EventOf, type EventPattern, isAbout } from './event-pattern.js';

/** How a handler is told. */
export interface HandlerConfig<Event> {
  /**
   * Higher ones are told first, equal ones in the order in which they were registered.
   * @default 0
   */
  readonly priority?: number;
  /**
   * Which of the events the handler is told of.
   * @default all
   */
  readonly filter?: (event: Event) => boolean;
}

/** What was told so far. */
export interface EmitterMetrics {
  readonly eventsEmitted: number;
  /** Calls of handlers that ended well; those of asynchronous handlers count when they do. */
  readonly eventsHandled: number;
  /** Calls of handlers and of filters that threw or rejected. */
  readonly handlerErrors: number;
  /** Handlers that there are. */
  readonly handlerCount: number;
}

/**
 * Tells handlers what happens. A handler that throws, rejects or never ends disturbs neither the engine nor other handlers: nobody waits for it,
 * and its failure becomes one `engine.error`, unless it is `engine.error` that it failed at. All handlers see events in the same order: one that
 * arises while another is told waits until that has been told to all. A handler is told of events that begin after it was added, and of none after
 * it was removed.
 */
export interface Emitter {
  /**
   * Adds a handler.
   *
   * @param pattern A type (`lane.switched`), the beginning of types (`connection.*`), or `*` for all.
   * @returns The id to remove it with.
   */
  on<Pattern extends EventPattern>(
    pattern: Pattern,
    handler: (event: EventOf<Pattern>) => unknown,
    config?: HandlerConfig<EventOf<Pattern>>,
  ): string;
  /** Adds a handler that is told of one event, the first that its filter lets through. */
  once<Pattern extends EventPattern>(
    pattern: Pattern,
    handler: (event: EventOf<Pattern>) => unknown,
    config?: HandlerConfig<EventOf<Pattern>>,
  ): string;
  /** Removes a handler; says whether there was one of this id. */
  off(id: string): boolean;
  /** How many events, calls and failures there were. */
  getMetrics(): EmitterMetrics;
  /**
   * What was told last, newest last, also before there were handlers: of each type the last 100 events, of audio the last 10.
   *
   * @param query `type`: which events, as for `on`; default all. `limit`: how many at most; default 10.
   */
  getHistory<Pattern extends EventPattern = '*'>(query?: {
    readonly type?: Pattern;
    readonly limit?: number;
  }): readonly EventOf<Pattern>[];
}

interface Handler {
  readonly id: string;
  readonly pattern: string;
  readonly priority: number;
  readonly isOnce: boolean;
  readonly filter: ((event: never) => boolean) | undefined;
  readonly handle: (event: never) => unknown;
}

/** Makes an emitter, and what it is told through. */
export const createEmitter = (): Emitter & { emit(event: EngineEvent): void } => {
  /** In the order in which they are told. */
  let handlers: readonly Handler[] = [];
  /** Whom each type concerns; made anew when handlers change. */
  const concerned = new Map<string, readonly Handler[]>();
  const history = eventHistory();
  const waiting: EngineEvent[] = [];
  let isTelling = false;
  let registered = 0;
  let eventsEmitted = 0;
  let eventsHandled = 0;
  let handlerErrors = 0;

  const change = (next: readonly Handler[]): void => {
    handlers = next;
    concerned.clear();
  };
  const concernedBy = (type: string): readonly Handler[] => {
    const known = concerned.get(type) ?? handlers.filter(({ pattern }) => isAbout(pattern, type));
    concerned.set(type, known);
    return known;
  };

  const failed = ({ pattern }: Handler, { type }: EngineEvent, thrown: unknown): void => {
    handlerErrors += 1;
    if (type === 'engine.error') return;
    emit(failureEvent(asEngineError(thrown, `a handler of ${pattern} failed at ${type}`), 'application'));
  };
  const handled = (): void => {
    eventsHandled += 1;
  };
  const tell = (handler: Handler, event: EngineEvent): void => {
    try {
      if (handler.filter && !handler.filter(event as never)) return;
      if (handler.isOnce) off(handler.id);
      const result = handler.handle(event as never);
      if (isThenable(result)) result.then(handled, (thrown: unknown) => failed(handler, event, thrown));
      else handled();
    } catch (thrown) {
      failed(handler, event, thrown);
    }
  };

  const emit = (event: EngineEvent): void => {
    waiting.push(event);
    if (isTelling) return;
    isTelling = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      eventsEmitted += 1;
      history.add(next);
      for (const handler of concernedBy(next.type)) if (handlers.includes(handler)) tell(handler, next);
    }
    isTelling = false;
  };
  const off = (id: string): boolean => {
    const rest = handlers.filter((handler) => handler.id !== id);
    if (rest.length === handlers.length) return false;
    change(rest);
    return true;
  };
  const add = (isOnce: boolean): Emitter['on'] => {
    return (pattern, handle, { priority = 0, filter } = {}) => {
      registered += 1;
      const handler: Handler = { id: `handler_${registered}`, pattern, priority, isOnce, filter, handle };
      const at = handlers.findIndex((other) => other.priority < priority);
      change(handlers.toSpliced(at < 0 ? handlers.length : at, 0, handler));
      return handler.id;
    };
  };

  return {
    on: add(false),
    once: add(true),
    off,
    emit,
    getMetrics: () => ({ eventsEmitted, eventsHandled, handlerErrors, handlerCount: handlers.length }),
    getHistory: ({ type, limit = 10 } = {}) => history.latest(type ?? ('*' as NonNullable<typeof type>), limit),
  };
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
