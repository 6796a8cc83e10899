import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Of code that an operator brings along, before it is minified. */
const smallBytes = 8000;

/** What holds the code of an operator. Whoever imports one of the small ones alone does not load the protocol. */
export type OperatorEntry = 'small' | 'large';

/**
 * The entry of each operator: small are those that bring little code of ours, and no package but rxjs, for a bundler looks
 * for the others even if it drops them.
 *
 * @param files Paths of operators.
 */
export const entryByOperator = async (files: readonly string[]): Promise<ReadonlyMap<string, OperatorEntry>> => {
  const { metafile } = await build({
    entryPoints: [...files],
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
  });
  return new Map(
    Object.values(metafile.outputs).map(({ bytes, entryPoint = '', imports }) => [
      entryPoint,
      bytes < smallBytes && imports.every(({ path }) => path === 'rxjs') ? 'small' : 'large',
    ]),
  );
};

/**
 * Adds the entries `small` and `large`. With an entry for each operator the build would have a chunk for each module, since
 * no two are wanted by the same operators, and Node would read more than a hundred files.
 */
export const operatorEntries = (files: readonly string[]): Plugin => ({
  name: 'operator-entries',
  setup: async ({ initialOptions, onResolve, onLoad }) => {
    const entries = await entryByOperator(files);
    const doors = initialOptions.entryPoints as Record<string, string>;
    initialOptions.entryPoints = { ...doors, small: 'operators:small', large: 'operators:large' };
    onResolve({ filter: /^operators:/ }, ({ path }) => ({ path, namespace: 'operators', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'operators' }, ({ path }) => ({
      contents: files
        .filter((file) => path === `operators:${entries.get(file)}`)
        .map((file) => `export * from './${file}';`)
        .join('\n'),
      resolveDir: resolve('.'),
    }));
  },
});
