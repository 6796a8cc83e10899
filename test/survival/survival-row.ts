import { describe, it } from 'vitest';

/** A fault, what is kept of the conversation, and the test that shows it: a line of the table in docs/survival.md. */
export interface SurvivalRow {
  /** Number of the fault in the list of those that are tested; rows of one number are about the same fault. */
  readonly row: number;
  /** What was injected. */
  readonly fault: string;
  /** What was kept, in present tense. */
  readonly kept: string;
  /** @default 'virtual time' */
  readonly over?: 'sockets';
  readonly test: () => void | Promise<void>;
}

/** Runs the tests of rows, each under the words of the table. */
export const survive = (theme: string, rows: readonly SurvivalRow[]): void => {
  describe(`survival: ${theme}`, () => {
    for (const { row, fault, kept, over, test } of rows) it(`${row}: ${fault}${over ? `, over ${over}` : ''}: ${kept}`, test);
  });
};
