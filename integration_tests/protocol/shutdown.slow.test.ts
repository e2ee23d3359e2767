import { describe, expect, it } from 'vitest';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { configured, discovered } from '../support/program.ts';
import { readSlowly } from '../support/slow-reader.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';

const VERY_MANY_USERS = { users: 25_000 };

describe('a read of very many rows', () => {
  it.each(['full_refresh', 'incremental'])('in %s goes no faster than its reader, in flat memory', async (mode) => {
    await using tenant = await startSimulatedTenant(VERY_MANY_USERS);
    const users = (await discovered()).filter(({ name }) => name === 'users');
    const { result, mostAhead, growth } = await readSlowly(tenant, configured(users, mode));
    expect(deliveredBy(result, ['users'])).toEqual(truthOf(tenant, ['users']));
    expect(mostAhead).toBeLessThan(2_000);
    expect(growth).toBeLessThan(1.5);
  });
});
