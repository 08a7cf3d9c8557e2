import { defineConfig } from 'vitest/config';

/** These start `dist/cli/main.js`, which is built before them. */
const STARTS_THE_CLI = ['test/e2e/**/*.test.ts', 'test/fault/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: STARTS_THE_CLI } },
      {
        extends: true,
        // Each test starts several processes, on machines that have other things to do.
        test: { name: 'cli', include: STARTS_THE_CLI, globalSetup: 'test/e2e/build-once.ts', testTimeout: 60_000 },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    restoreMocks: true,
  },
});
