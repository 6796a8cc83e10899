import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Snippet } from './snippets.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const contexts = `${root}test/docs/context`;
const doors = `${contexts}/doors.ts`;
const anywhere = `${contexts}/anywhere.ts`;

const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const options: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
  // What surrounds a snippet is put before it, types and values alike.
  isolatedModules: false,
  verbatimModuleSyntax: false,
};

/** What a document takes for granted: `docs/lanes.md` → `test/docs/context/lanes.ts`, where there is one. */
const contextsOf = (file: string): readonly string[] =>
  [`${contexts}/${file.replace(/^docs\/|\.md$/g, '')}.ts`, anywhere].filter(existsSync);

/** The library and all contexts, read once. */
const before = ts.createProgram(
  readdirSync(contexts).map((name) => `${contexts}/${name}`),
  options,
);
const exportsOf = (path: string): readonly string[] => {
  const source = before.getSourceFile(path);
  const symbol = source && before.getTypeChecker().getSymbolAtLocation(source);
  return symbol
    ? before
        .getTypeChecker()
        .getExportsOfModule(symbol)
        .map(({ name }) => name)
    : [];
};

const namesDeclaredIn = (code: string): ReadonlySet<string> => {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (!ts.isOmittedExpression(element)) add(element.name);
  };
  for (const statement of ts.createSourceFile('a.ts', code, ts.ScriptTarget.ES2022).statements) {
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
    else if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (statement.importClause?.name) names.add(statement.importClause.name.text);
      if (bindings && ts.isNamedImports(bindings)) for (const { name } of bindings.elements) names.add(name.text);
      if (bindings && ts.isNamespaceImport(bindings)) names.add(bindings.name.text);
    } else if ('name' in statement && ts.isIdentifier(statement.name as ts.Node))
      names.add((statement.name as ts.Identifier).text);
  }
  return names;
};

/**
 * Type-checks blocks of documentation against the doors, each as a module of its own, all in one program.
 *
 * A block that imports nothing is a fragment: every public name is there for it. One that imports something has to import all of the library that it
 * uses. What a document takes for granted (`tools`, `music$`) is declared in its context.
 *
 * @returns What is wrong, a line each: `docs/lanes.md:12: …`.
 */
export const checkSnippets = (snippets: readonly Snippet[]): readonly string[] => {
  /** Stands in the line of the fence, so that lines are those of the document. */
  const moduleOf = ({ file, line, code }: Snippet): string => {
    const declared = namesDeclaredIn(code);
    const isFragment = !/^import\b/m.test(code);
    const taken = new Set<string>();
    const imports = [...contextsOf(file), ...(isFragment ? [doors] : [])].map((path) => {
      const names = exportsOf(path).filter((name) => {
        const isWanted =
          !declared.has(name) &&
          !taken.has(name) &&
          new RegExp(`(?<![\\w$]|[^.]\\.)${name.replace('$', '\\$')}(?![\\w$])`).test(code);
        if (isWanted) taken.add(name);
        return isWanted;
      });
      return `import { ${names.join(', ')} } from '${path.replace(/ts$/, 'js')}';`;
    });
    return `${'\n'.repeat(line - 1)}${imports.join(' ')} export {};\n${code}`;
  };
  const modules = new Map(snippets.map((snippet) => [`${root}${snippet.file}.${snippet.line}.ts`, moduleOf(snippet)]));

  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const text = modules.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, rest[0]);
    return before.getSourceFile(path) ?? getSourceFile(path, ...rest);
  };
  host.fileExists = (path) => modules.has(path) || fileExists(path);
  host.readFile = (path) => modules.get(path) ?? readFile(path);

  const program = ts.createProgram([...modules.keys()], options, host, before);
  return [...modules.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const { line = 0 } = source?.getLineAndCharacterOfPosition(start) ?? {};
        return `${path.slice(root.length).replace(/\.\d+\.ts$/, '')}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      },
    );
  });
};
