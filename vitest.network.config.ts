import { defineConfig } from 'vitest/config';

// In the network of scripts/private-network.sh, one test at a time: they measure seconds, and drop packets.
export default defineConfig({
  test: {
    include: ['test/network/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
  },
});
