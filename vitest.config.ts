import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that take minutes: every fault in every place, thousands of mutations. CI runs them, people when they need them. */
const SLOW = 'integration_tests/**/*.slow.test.ts';

/** Tests of the image, which take a Docker engine and the image's name in IMAGE. */
const CONTAINER = 'integration_tests/**/*.container.test.ts';

export default defineConfig({
  // The tests run what Node runs: `using` lowered in a loop would throw an earlier turn's error again.
  esbuild: { target: 'esnext' },
  test: {
    // The tests share no state, and most of their time they wait, for other processes or for a pause to end.
    isolate: false,
    maxWorkers: 4,
    // Halves the time of a start, which is most of what a program takes that a test runs; the program itself is the same.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'qlik-source-compiled') },
    // What a test waits for comes late where the machine is busy; that it comes is what is asked. These end what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['src/**/*.test.ts', 'bench/**/*.test.ts', 'integration_tests/**/*.test.ts'],
          exclude: [SLOW, CONTAINER],
        },
      },
      { extends: true, test: { name: 'slow', include: [SLOW], testTimeout: 600_000, hookTimeout: 600_000 } },
      {
        extends: true,
        test: {
          name: 'container',
          include: [CONTAINER],
          testTimeout: 120_000,
          globalSetup: ['integration_tests/image/environments.ts'],
        },
      },
    ],
    // CI counts what really ran.
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results.json' }]] : ['default'],
  },
});
