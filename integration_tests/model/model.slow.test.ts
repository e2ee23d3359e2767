import { expect, it } from 'vitest';
import { live } from './model.ts';
import type { Tally } from './model-stream.ts';

/**
 * MODEL_STEPS=500 lets tenants live for as many steps, each followed by a sync; MODEL_SEED chooses the first history, those after
 * it have the next numbers. A failure names its own.
 */
const { MODEL_STEPS = 96, MODEL_SEED = 100 } = process.env;
const STEPS = 12;

it('a warehouse equals the tenant after every sync, whatever happens', { timeout: 7_200_000 }, async () => {
  const tally: Tally = {};
  const failures: string[] = [];
  const seeds = Array.from(
    { length: Math.ceil(Number(MODEL_STEPS) / STEPS) },
    (_, index) => Number(MODEL_SEED) + index,
  );
  const next = seeds.values();
  const worker = async () => {
    for (const seed of next) {
      await live(seed, STEPS, tally).catch((error: unknown) => {
        failures.push(String(error));
        // Whoever waits for long need not wait for the end to hear of it.
        process.stdout.write(`${error}\n\n`);
      });
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  process.stdout.write(`${JSON.stringify(tally, undefined, 1)}\n`);
  expect(failures.join('\n\n')).toBe('');
});
