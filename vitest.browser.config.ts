import { defineConfig } from 'vitest/config';

// In Chromium, where it is installed; on the build, which wants `npm run build` first.
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
