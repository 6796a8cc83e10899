/** What a client reported, in order, and the way to wait for it. */
export interface Journal<Entry extends { readonly type: string }> {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** The next entry of this type that fits, after the last that was waited for, whether it is there or has yet to come. */
  next<Type extends Entry['type']>(type: Type, fits?: (entry: Entry) => boolean): Promise<Entry & { readonly type: Type }>;
}

const patienceMs = 30_000;

/** Keeps what is added to it. Who waits in vain for half a minute is told what came instead. */
export const journal = <Entry extends { readonly type: string }>(): Journal<Entry> => {
  const entries: Entry[] = [];
  let seen = 0;
  let wake = () => {};
  const arrival = (type: string) =>
    new Promise<void>((resolve, reject) => {
      const vain = setTimeout(
        () => reject(new Error(`no ${type}; came: ${entries.map((each) => each.type).join(' ')}`)),
        patienceMs,
      );
      wake = () => {
        clearTimeout(vain);
        resolve();
      };
    });
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
      wake();
    },
    next: async <Type extends Entry['type']>(type: Type, fits: (entry: Entry) => boolean = () => true) => {
      for (;;) {
        const at = entries.findIndex((entry, index) => index >= seen && entry.type === type && fits(entry));
        const entry = entries[at];
        if (entry) {
          seen = at + 1;
          return entry as Entry & { readonly type: Type };
        }
        await arrival(type);
      }
    },
  };
};

/** Types in order, runs of deltas as the kinds of delta in them. */
export const foldedTypes = (entries: readonly { readonly type: string }[]): readonly string[] => {
  const lines: string[] = [];
  let run = new Set<string>();
  const endRun = () => {
    if (run.size > 0) lines.push([...run].sort().join(' + '));
    run = new Set();
  };
  for (const { type } of entries) {
    if (type.endsWith('.delta')) {
      run.add(type);
    } else {
      endRun();
      lines.push(type);
    }
  }
  endRun();
  return lines;
};
