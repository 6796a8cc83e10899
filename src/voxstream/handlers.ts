/** Handlers of the events of one object, by type. One that throws disturbs nobody; what a handler of `error` throws is told to nobody. */
export interface Handlers<Events> {
  /** Adds one, and gives the id to remove it with. */
  add<Type extends keyof Events>(type: Type, handler: (event: Events[Type]) => unknown): string;
  /** Removes it; says whether there was one of this id. */
  remove(id: string): boolean;
  /** Tells those of a type, in the order in which they were added. */
  tell<Type extends keyof Events>(type: Type, event: Events[Type]): void;
  /** Calls a function of the application. What it throws, or rejects with, is given to `onFailure`. */
  call(action: () => unknown): void;
}

interface Handler {
  readonly id: string;
  readonly type: PropertyKey;
  readonly handle: (event: never) => unknown;
}

/** Makes handlers. @param onFailure Is told what a handler has thrown; it does not throw itself. */
export function handlers<Events>(onFailure: (error: unknown) => void): Handlers<Events> {
  let all: readonly Handler[] = [];
  let count = 0;
  const attempt = (action: () => unknown, failed: (error: unknown) => void): void => {
    try {
      const result = action();
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
  return {
    add(type, handle) {
      count += 1;
      const id = `handler_${count}`;
      all = [...all, { id, type, handle }];
      return id;
    },
    remove(id) {
      const before = all.length;
      all = all.filter((each) => each.id !== id);
      return all.length < before;
    },
    tell(type, event) {
      for (const each of all)
        if (each.type === type) attempt(() => each.handle(event as never), type === 'error' ? ignore : onFailure);
    },
    call: (action) => attempt(action, onFailure),
  };
}

const ignore = (): void => undefined;
