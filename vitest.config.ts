import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Workspace packages are tested from their TypeScript sources.
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
  test: {
    // Two cores: files that start real processes would only slow each other down beyond this.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ['test/support/patience.ts'],
    // Conditions are waited for; what has to be fast is measured.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          globalSetup: 'test/support/compile-contracts.ts',
          include: [
            'test/{contracts,shared,agent,confine,fuzz,gateway,gpu,signer,workers,main,preload,renderer,electron,scripts,bench}/**/*.test.{ts,tsx}',
            'packages/*/test/**/*.test.ts',
          ],
        },
      },
      // Attacks from inside the sandbox; together they start hundreds of workers.
      {
        extends: true,
        test: {
          name: 'sandbox',
          include: ['test/sandbox/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
        },
      },
      // Whole programs from out/, one file at a time, so that what they measure is theirs.
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
