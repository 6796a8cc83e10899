import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { checkSnippets } from './check-snippets.js';
import { documents, type Snippet, snippetsOf } from './snippets.js';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const snippets = documents().flatMap((file) => snippetsOf(file));

/** Runs it as a module of this package. */
const printed = async ({ code }: Snippet): Promise<string> => {
  const target = ts.ScriptTarget.ES2022;
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target, module: ts.ModuleKind.ESNext } });
  const args = ['--import', 'tsx', '--input-type=module', '--eval', outputText];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd });
  return stderr + stdout;
};

describe('the code in the documents', { timeout: 90_000 }, () => {
  it('compiles, every block of it', () => {
    expect(checkSnippets(snippets)).toEqual([]);
  });

  it.concurrent.each(snippets.filter(({ prints }) => prints !== undefined))('runs: $file, line $line', async (snippet) => {
    expect(await printed(snippet)).toContain(snippet.prints);
  });
});

describe('a block', () => {
  it('is told of by the line of its document', () => {
    const [snippet] = snippetsOf('docs/x.md', 'words\n\n<!-- prints: 1 -->\n```ts\nconst a = 1;\nconst b: string = 1;\n```\n');
    expect(snippet).toMatchObject({ line: 4, prints: '1' });
    expect(checkSnippets(snippet ? [snippet] : [])).toEqual(["docs/x.md:6: Type 'number' is not assignable to type 'string'."]);
  });

  it('has all public names when it imports none, and else those it imports', () => {
    const snippet = (code: string): Snippet => ({ file: 'docs/x.md', line: 1, code });
    expect(checkSnippets([snippet('capture().pipe(vad());\n')])).toEqual([]);
    expect(checkSnippets([snippet("import { vad } from 'rxvox';\ncapture().pipe(vad());\n")])).toEqual([
      "docs/x.md:3: Cannot find name 'capture'.",
    ]);
  });
});
