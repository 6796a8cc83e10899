import { readdirSync, rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { operatorEntries } from './scripts/operator-entries.js';
import { pureCalls } from './scripts/pure-calls.js';
import { wasmAside, wasmEntries, withoutNode } from './scripts/wasm-aside.js';

const operators = readdirSync('operators').filter((name) => name.endsWith('.ts'));

/** The doors that have code of their own, laid out as in the sources. */
const doors = {
  index: 'src/index.ts',
  'audio/index': 'operators/audio/index.ts',
  'voxstream/index': 'src/voxstream/index.ts',
  'node/index': 'src/node/index.ts',
  'simulator/index': 'src/simulator/index.ts',
  'otel/index': 'src/otel/index.ts',
  'marbles/index': 'marbles/index.ts',
  'mock/index': 'src/simulator/mock-door.ts',
  'transport/index': 'src/providers/transport-door.ts',
  'contract/index': 'marbles/provider-contract.ts',
};

/** The doors that show a part of another; `scripts/operator-doors.ts` writes their code. */
const operatorDoors = Object.fromEntries(operators.map((name) => [`operators/${name.slice(0, -3)}`, `operators/${name}`]));

/** What Node runs and nobody imports. */
const programs = {
  'cli/rxvox': 'src/cli/rxvox.ts',
  'node/naudiodon-host': 'src/node/naudiodon-host.ts',
};

const shared: Options = {
  target: 'node20',
  // tsup leaves out dependencies and peers, but packs an optional dependency that happens to be installed.
  external: ['naudiodon'],
  // What Node would load of them is CommonJS, in 17 files.
  noExternal: ['io-ts', 'fp-ts'],
  // Without it every CommonJS entry carries error classes of its own.
  splitting: true,
  // No module of ours does anything by being imported, so that no chunk is imported for its own sake.
  treeshake: { moduleSideEffects: 'no-external' },
  esbuildPlugins: [
    wasmAside,
    pureCalls(/\/(src|operators|marbles)\/.*\.ts$|\/(io|fp)-ts\/es6\/.*\.js$/),
    operatorEntries(operators.filter((name) => name !== 'index.ts').map((name) => `operators/${name}`)),
  ],
  sourcemap: true,
};

// Four builds write to dist at once: none of them may clean it.
rmSync('dist', { recursive: true, force: true });

export default defineConfig([
  { ...shared, entry: { ...doors, ...programs }, format: 'esm' },
  { ...shared, entry: doors, format: 'cjs' },
  {
    // Loaded when they are used, in Node and in browsers, by both kinds of module.
    entry: wasmEntries,
    format: 'esm',
    target: 'es2022',
    splitting: false,
    noExternal: [/.*/],
    minify: true,
    loader: { '.wasm': 'binary' },
    removeNodeProtocol: false,
    // AEC3 sets it without having said that it is a variable, which modules do not allow.
    banner: { js: 'var WebRtcAec3Wasm;' },
    define: { process: 'undefined', 'globalThis.process': 'undefined' },
    esbuildPlugins: [withoutNode],
  },
  {
    entry: { ...doors, ...operatorDoors },
    format: ['esm', 'cjs'],
    // TypeScript 6 calls tsup's own baseUrl deprecated (egoist/tsup#1388).
    dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
  },
]);
