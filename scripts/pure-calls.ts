import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What a plugin of esbuild is called with; esbuild itself comes with tsup and is not ours to import. */
interface Build {
  onLoad(
    filter: { readonly filter: RegExp },
    load: (file: { readonly path: string }) => { readonly contents: string; readonly loader: 'ts' | 'js' },
  ): void;
}

/**
 * Marks the calls by which the modules in `filter` make their constants, so that a bundler leaves out those that nobody
 * uses: without a mark it must suppose that a call does something else besides.
 */
export const pureCalls = (filter: RegExp) => ({
  name: 'pure-calls',
  setup: (build: Build): void =>
    build.onLoad({ filter }, ({ path }) => ({
      contents: marked(path, readFileSync(path, 'utf8')),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    })),
});

const marked = (path: string, text: string): string => {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const constants = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations.flatMap(({ initializer }) => initializer ?? []));
  return constants
    .flatMap((value) => marksOf(value, source))
    .sort((a, b) => b.at - a.at)
    .reduce((code, { at, mark }) => `${code.slice(0, at)}${mark}${code.slice(at)}`, text);
};

interface Mark {
  readonly at: number;
  readonly mark: string;
}

/** What to write where, but for what waits in the body of a function. */
const marksOf = (node: ts.Node, source: ts.SourceFile): readonly Mark[] => {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return [];
  const inner: Mark[] = [];
  ts.forEachChild(node, (child) => {
    inner.push(...marksOf(child, source));
  });
  const at = node.getStart(source);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return [{ at, mark: pure }, ...inner];
  // To spread may run getters: the call of a function can be marked, a spread cannot.
  if (ts.isObjectLiteralExpression(node) && node.properties.some(ts.isSpreadAssignment))
    return [{ at, mark: `${pure}(() => (` }, ...inner, { at: node.getEnd(), mark: '))()' }];
  if (ts.isArrayLiteralExpression(node) && node.elements.some(ts.isSpreadElement))
    return [{ at, mark: `${pure}(() => (` }, ...inner, { at: node.getEnd(), mark: '))()' }];
  return inner;
};

const pure = '/* @__PURE__ */ ';
