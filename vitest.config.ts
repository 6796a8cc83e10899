import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/devices/**', 'test/network/**', 'test/browser/**'],
    setupFiles: process.env.CI ? ['test/one-seed.ts'] : [],
    testTimeout: 20_000,
    unstubGlobals: true,
  },
});
