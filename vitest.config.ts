import { defineConfig } from 'vitest/config';
import { findMissingSuites, reportMissing } from './test/support/suites.js';

/** These start `dist/cli/main.js`, which is built before them. */
const STARTS_THE_CLI = ['test/e2e/**/*.test.ts', 'test/fault/**/*.test.ts'];
const WORKER = ['test/worker/**/*.test.ts'];

const missing = findMissingSuites(import.meta.dirname);
const cannotRun = missing.flatMap(({ files }) => files);

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...STARTS_THE_CLI, ...WORKER, ...cannotRun],
        },
      },
      {
        extends: true,
        // Over a real Redis, each file with one of its own.
        test: { name: 'worker', include: WORKER, exclude: [...cannotRun], testTimeout: 60_000 },
      },
      {
        extends: true,
        // Each test starts several processes, on machines that have other things to do.
        test: {
          name: 'cli',
          include: STARTS_THE_CLI,
          exclude: [...cannotRun],
          globalSetup: 'test/e2e/build-once.ts',
          testTimeout: 60_000,
        },
      },
    ],
    reporters: missing.length === 0 ? ['default'] : ['default', reportMissing(missing)],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    restoreMocks: true,
  },
});
