/** What it must do, and the titles of the tests that show it. */
export type Line = readonly [does: string, ...titles: readonly [string, ...string[]]];

/** A table: a line for each name that there is; the compiler sees that none is left out. */
export type Lines<Names extends PropertyKey> = Readonly<Record<Names, Line>>;
