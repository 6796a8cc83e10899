import { filter, type MonoTypeOperatorFunction, Observable, type Subscriber } from 'rxjs';

/** Something with a literal `type`. */
interface Typed {
  readonly type: string;
}

/** A stream that hands out its values by type without asking each subscriber about each value. */
export class KeyedObservable<T extends Typed> extends Observable<T> {
  /** The values of these types alone. */
  readonly only: (types: ReadonlySet<string>) => Observable<T>;

  constructor(subscribe: (subscriber: Subscriber<T>, types?: ReadonlySet<string>) => () => void) {
    super((subscriber) => subscribe(subscriber));
    this.only = (types) => new Observable<T>((subscriber) => subscribe(subscriber, types));
  }
}

/** The values of these types: by a map look-up from a `KeyedObservable` (40 ns instead of 230 for ten epics), else by `filter`. */
export const onlyTypes =
  <T extends Typed>(types: ReadonlySet<string>): MonoTypeOperatorFunction<T> =>
  (source) =>
    source instanceof KeyedObservable ? source.only(types) : source.pipe(filter((value) => types.has(value.type)));

/** Hands events to subscribers, by rank first and by order of subscription second. */
export interface Dispatch<T extends Typed> {
  next(value: T): void;
  complete(): void;
  /** The stream for one subscriber and all that it makes of it. Lower ranks get each event first. */
  stream(rank: number): KeyedObservable<T>;
}

interface Listener<T> {
  readonly rank: number;
  readonly types: ReadonlySet<string> | undefined;
  readonly subscriber: Subscriber<T>;
}

export const createDispatch = <T extends Typed>(): Dispatch<T> => {
  let listeners: readonly Listener<T>[] = [];
  const routes = new Map<string, readonly Listener<T>[]>();

  const change = (to: readonly Listener<T>[]): void => {
    listeners = to;
    routes.clear();
  };
  const routeOf = (type: string): readonly Listener<T>[] => {
    const route = listeners.filter(({ types }) => !types || types.has(type));
    routes.set(type, route);
    return route;
  };

  return {
    next(value) {
      const route = routes.get(value.type) ?? routeOf(value.type);
      for (let i = 0; i < route.length; i++) route[i]?.subscriber.next(value);
    },
    complete() {
      for (const { subscriber } of listeners) subscriber.complete();
    },
    stream: (rank) =>
      new KeyedObservable((subscriber, types) => {
        const listener = { rank, types, subscriber };
        const after = listeners.findIndex((other) => other.rank > rank);
        change(listeners.toSpliced(after < 0 ? listeners.length : after, 0, listener));
        return () => change(listeners.filter((other) => other !== listener));
      }),
  };
};
