/** What a conversation promises, as docs/survival.md says it at length. */
const promises = {
  P1: 'states of the connection in order, each told once',
  P2: 'conversations end, and leave nothing open',
  P3: 'no audio of an earlier session',
  P4: "the user's audio in order, without a gap, each frame once",
  P5: 'what was said is known to a new session',
  P6: 'a tool call runs once',
  P7: 'memory is bounded, and so is what waits in the socket',
  P8: 'no keys, audio or words in errors',
  also: 'nothing refused, nothing thrown, nothing given up',
} as const;

export type Promised = keyof typeof promises;

/** How often each promise was looked at, and what was found. */
export interface Verdict {
  /** Counts the look; `otherwise` says what is wrong when it is not kept. */
  look(promised: Promised, isKept: boolean, otherwise: () => string): void;
  readonly broken: readonly string[];
  /** A line for each promise, then what was broken, each once and 40 at most. */
  report(): readonly string[];
}

const mostLines = 40;

export const createVerdict = (): Verdict => {
  const looks: Partial<Record<Promised, number>> = {};
  const broken: string[] = [];
  const count = (promised: Promised): number => broken.filter((line) => line.startsWith(`${promised} `)).length;
  return {
    look(promised, isKept, otherwise) {
      looks[promised] = (looks[promised] ?? 0) + 1;
      if (!isKept) broken.push(`${promised} ${otherwise()}`);
    },
    broken,
    report: () => [
      ...Object.entries(promises).map(([name, words]) => {
        const promised = name as Promised;
        return `${name.padEnd(4)} ${words}: ${looks[promised] ?? 0} looks, ${count(promised)} broken`;
      }),
      ...[...new Set(broken)].slice(0, mostLines).map((line) => `BROKEN ${line}`),
    ],
  };
};
