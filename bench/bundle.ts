import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'tsup';

/** Programs that are ready to be forked, by name. */
export interface Bundle {
  readonly fileOf: (program: string) => string;
  [Symbol.asyncDispose](): Promise<void>;
}

// Inside the repository, so that rxjs and ws are found.
const cache = join(import.meta.dirname, '../node_modules/.cache/rxvox-bench');

/**
 * Builds programs of `bench/programs` with the settings of the published package, so that what is measured is what users
 * run: tsx would wrap each inner function to keep its name.
 */
export const bundle = async (programs: readonly string[]): Promise<Bundle> => {
  await mkdir(cache, { recursive: true });
  const outDir = await mkdtemp(join(cache, 'run-'));
  await build({
    config: false,
    entry: programs.map((program) => join(import.meta.dirname, `programs/${program}.ts`)),
    outDir,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    target: 'node20',
    splitting: true,
    treeshake: true,
    // Their binaries lie beside them.
    external: [/^@(echogarden|ennuicastr|jitsi|sapphi-red)\//, 'libopus-wasm'],
    silent: true,
  });
  return {
    fileOf: (program) => join(outDir, `${program}.mjs`),
    [Symbol.asyncDispose]: () => rm(outDir, { recursive: true, force: true }),
  };
};
