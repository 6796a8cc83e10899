import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const properties = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !/^(devices|network|browser)\//.test(name))
  .map((name) => `test/${name}`)
  .filter((path) => readFileSync(path, 'utf8').includes("from 'fast-check'"));

// The properties alone, 20 times as many runs of each: RUNS=100 for more.
export default defineConfig({
  test: {
    include: properties,
    setupFiles: ['test/more-runs.ts'],
    testTimeout: 3_600_000,
    unstubGlobals: true,
  },
});
