import { describe, expect, it } from 'vitest';
import { live } from './model.ts';
import type { Tally } from './model-stream.ts';

/** Histories that meet everything between them. */
const SEEDS = [2, 23];
const STEPS = 5;
const MET = ['cut', 'COMPLETE', 'INCOMPLETE', 'records', 'tombstones', 'visits', 'apps left alone'];

describe('a warehouse', () => {
  it('equals the tenant after every sync, whatever happens', async () => {
    const tally: Tally = {};
    await Promise.all(SEEDS.map((seed) => live(seed, STEPS, tally)));
    for (const what of MET) expect(tally[what], what).toBeGreaterThan(0);
  });
});
