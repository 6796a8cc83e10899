import { defineConfig } from 'vitest/config';

// On the devices of scripts/virtual-audio.sh, one test at a time.
export default defineConfig({
  test: {
    include: ['test/devices/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
  },
});
