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
  /** Called once, and the queue is stopped, when `limit` entries in a row have been caused by others. */
  overflow(): void;
  readonly limit: number;
}

/** A queue of its own, so that what an entry causes comes after it and never within it. */
export const createFifo = <Entry>({ handle, idle, overflow, limit }: FifoConfig<Entry>): Fifo<Entry> => {
  let isBusy = true;
  let isStopped = false;
  let waiting: Entry[] = [];

  const drain = (): void => {
    for (let at = 0; at < waiting.length && !isStopped; at++) {
      if (at === limit) {
        isStopped = true;
        overflow();
        return;
      }
      handle(waiting[at] as Entry);
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
