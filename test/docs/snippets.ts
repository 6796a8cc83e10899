import { readdirSync, readFileSync } from 'node:fs';

/** A block of TypeScript in a document. */
export interface Snippet {
  /** `docs/lanes.md`. */
  readonly file: string;
  /** Of the fence; the code begins at the next one. */
  readonly line: number;
  readonly code: string;
  /** What it prints at least, where it is to be run: `<!-- run -->` or `<!-- prints: … -->` on the line ahead of it. */
  readonly prints?: string;
}

const root = new URL('../../', import.meta.url);

/** The documents that have code. */
export const documents = (): readonly string[] => [
  'README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Says that the code in the last cells of a document's tables is compiled, too. */
const rowsMark = '<!-- rows are code -->';

const rowsOf = (file: string, text: string): readonly Snippet[] =>
  text.includes(rowsMark)
    ? [...text.matchAll(/^\|.*\| `(.+)` \|$/gm)].map(({ index, 1: code = '' }) => ({
        file,
        line: text.slice(0, index).split('\n').length - 1,
        code: `${code};\n`,
      }))
    : [];

/** The blocks of a document, in order. */
export const snippetsOf = (file: string, text = readFileSync(new URL(file, root), 'utf8')): readonly Snippet[] => [
  ...rowsOf(file, text),
  ...[...text.matchAll(/^(<!-- (?:run|prints: (.*)) -->\n)?```ts\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: mark, 2: prints = '', 3: code = '' }) => ({
      file,
      line: text.slice(0, index).split('\n').length + (mark ? 1 : 0),
      code,
      ...(mark ? { prints } : {}),
    }),
  ),
];
