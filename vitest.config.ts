import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'integration_tests/**/*.test.ts'],
    // The tests share no state, and most wait for other processes.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    // CI counts what really ran.
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results.json' }]] : ['default'],
  },
});
