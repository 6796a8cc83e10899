/** Entries handled one at a time, in the order in which they came. */
export interface Fifo<Entry> {
  /** Handles the entry at once, or after those that wait when one is being handled already. */
  push(entry: Entry): void;
  /** Handles what has waited since the queue was made; until then nothing is handled. */
  start(): void;
  /** Forgets what waits and handles nothing more. */
  stop(): void;
}

export interface FifoConfig<Entry> {
  /** What to do with an entry; entries that it pushes are appended. */
  handle(entry: Entry): void;
  /** Called whenever the queue has run empty. */
  idle(): void;
  /** Called once, and the queue is stopped, when entries have caused further ones `limit` times in a row. */
  overflow(): void;
  readonly limit: number;
}

/** A queue of its own, so that what an entry causes comes after it and never within it. */
export const createFifo = <Entry>({ handle, idle, overflow, limit }: FifoConfig<Entry>): Fifo<Entry> => {
  let isBusy = true;
  let isStopped = false;
  let waiting: Entry[] = [];

  const drain = (): void => {
    // What waits together was caused together: one entry may cause many, but not for ever.
    for (let depth = 0; waiting.length > 0 && !isStopped; depth++) {
      if (depth === limit) {
        isStopped = true;
        overflow();
        return;
      }
      const caused = waiting;
      waiting = [];
      for (const entry of caused) if (!isStopped) handle(entry);
    }
    waiting = [];
    isBusy = false;
    if (!isStopped) idle();
  };

  return {
    push(entry) {
      if (isStopped) return;
      if (isBusy) {
        waiting.push(entry);
        return;
      }
      isBusy = true;
      handle(entry);
      if (waiting.length > 0) return drain();
      isBusy = false;
      if (!isStopped) idle();
    },
    start: drain,
    stop() {
      isStopped = true;
    },
  };
};
