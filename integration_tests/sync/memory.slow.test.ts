import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { configured, discovered, type Run, run } from '../support/program.ts';

const USERS = 90_000;

/** The list of users in incremental, whose ledger grows with every row. */
const catalog = async () =>
  configured(
    (await discovered()).filter(({ name }) => name === 'users'),
    'incremental',
  );
const statesIn = (result: Run | undefined) => result?.messages.filter(({ type }) => type === 'STATE') ?? [];

describe('a read whose heap is too small', () => {
  let tenant: SimulatedTenant;
  let first: Run;

  beforeAll(async () => {
    tenant = await startSimulatedTenant({ users: USERS, apps: 1 });
    const env = { NODE_OPTIONS: '--max-old-space-size=26', STATE_INTERVAL_MS: '600000' };
    first = await run('read', { tenant, catalog: await catalog(), env });
  });
  afterAll(() => tenant.close());

  it('ends by itself, and says that memory runs out and what to do', () => {
    expect(first.code).toBe(1);
    expect(first.ends).toEqual({ users: 'INCOMPLETE' });
    expect(first.errorOf('users')).toMatchObject({
      failure_type: 'transient_error',
      message: expect.stringMatching(/Memory runs out: \d+ of 26 MiB.*more memory/),
    });
  });

  it('leaves a last state, from which the next one goes on with the rows that are missing', async () => {
    const sent = first.rows('users');
    expect(sent.length).toBeGreaterThan(1_000);
    expect(sent.length).toBeLessThan(USERS);
    // The first one announces the rows.
    expect(statesIn(first)).toHaveLength(2);
    const next = await run('read', { tenant, catalog: await catalog(), state: statesIn(first) });
    expect(next.code).toBe(0);
    const ids = new Set([...sent, ...next.rows('users')].map(({ id }) => id));
    expect(ids.size).toBe(USERS);
    expect(next.rows('users')).toHaveLength(USERS - sent.length);
  });
});
