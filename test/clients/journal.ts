/** What a client reported, in order, and the way to wait for it. */
export interface Journal<Entry extends { readonly type: string }> {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** The next entry of this type that fits, after the last that was waited for, whether it is there or has yet to come. */
  next<Type extends Entry['type']>(type: Type, fits?: (entry: Entry) => boolean): Promise<Entry & { readonly type: Type }>;
}

const patienceMs = 20_000;

/** Keeps what is added to it. Who waits in vain is told what came instead. */
export const journal = <Entry extends { readonly type: string }>(): Journal<Entry> => {
  const entries: Entry[] = [];
  let seen = 0;
  let look = () => {};
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
      look();
    },
    next: async <Type extends Entry['type']>(type: Type, fits: (entry: Entry) => boolean = () => true) => {
      const index = await new Promise<number>((resolve, reject) => {
        const came = () => entries.map((entry) => entry.type).join(' ');
        const vain = setTimeout(() => reject(new Error(`no ${type}; came: ${came()}`)), patienceMs);
        look = () => {
          const at = entries.findIndex((entry, place) => place >= seen && entry.type === type && fits(entry));
          if (at < 0) return;
          seen = at + 1;
          look = () => {};
          clearTimeout(vain);
          resolve(at);
        };
        look();
      });
      return entries[index] as Entry & { readonly type: Type };
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
