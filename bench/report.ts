import { cpus } from 'node:os';

/** What a bench has found. */
export interface Report {
  /** For people. */
  readonly lines: readonly string[];
  /** For programs. */
  readonly figures: object;
  /** One line, where the figures are not what was asked for, or there are none. */
  readonly failure?: string;
}

/** Columns under a headline: the first to the left, the others to the right. */
export const table = (headline: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const all = [headline, ...rows];
  const widths = headline.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('   ')
      .trimEnd();
  return [line(headline), widths.map((width) => '─'.repeat(width)).join('───'), ...rows.map(line)];
};

/** The machine that the figures are of. */
export const machine = (): string => {
  const processors = cpus();
  return `Node ${process.versions.node}, ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown CPU'}`;
};
