import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The tests run what Node runs: `using` lowered in a loop would throw an earlier turn's error again.
  esbuild: { target: 'esnext' },
  test: {
    include: ['src/**/*.test.ts', 'integration_tests/**/*.test.ts'],
    // The tests share no state, and most of their time they wait, for other processes or for a pause to end.
    isolate: false,
    maxWorkers: 4,
    testTimeout: 20_000,
    // CI counts what really ran.
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results.json' }]] : ['default'],
  },
});
