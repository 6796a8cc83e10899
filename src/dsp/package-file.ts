/** What is used of Node, where it is. */
interface NodeModules {
  getBuiltinModule?(name: 'node:module'): { createRequire(from: string): { resolve(path: string): string } };
  getBuiltinModule?(name: 'node:fs'): { readFileSync(path: string): Uint8Array };
}

/**
 * A file of a package, where it has to be read from the disk: Node's `fetch` knows no files. Undefined where there is no Node, or the package
 * is not installed because the build has it in it.
 */
export const packageFile = (path: string): Uint8Array | undefined => {
  const { process } = globalThis as { readonly process?: NodeModules };
  const modules = process?.getBuiltinModule?.('node:module');
  const files = process?.getBuiltinModule?.('node:fs');
  if (!modules || !files) return undefined;
  try {
    // The build for require() has no import.meta.
    const here = typeof __filename === 'string' ? __filename : import.meta.url;
    return files.readFileSync(modules.createRequire(here).resolve(path));
  } catch {
    return undefined;
  }
};
