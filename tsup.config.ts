import { readdirSync } from 'node:fs';
import { defineConfig } from 'tsup';

const operators = readdirSync('operators').filter((name) => name.endsWith('.ts'));

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    ...Object.fromEntries(operators.map((name) => [`operators/${name.slice(0, -3)}`, `operators/${name}`])),
    'node/index': 'src/node/index.ts',
    'node/naudiodon-host': 'src/node/naudiodon-host.ts',
    'simulator/index': 'src/simulator/index.ts',
    'marbles/index': 'marbles/index.ts',
    'cli/rxvox': 'src/cli/rxvox.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  // TypeScript 6 calls tsup's own baseUrl deprecated (egoist/tsup#1388).
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // Without it every CommonJS entry carries error classes of its own.
  splitting: true,
  treeshake: true,
  sourcemap: true,
  clean: true,
});
