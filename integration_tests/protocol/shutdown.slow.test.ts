import { describe, expect, it } from 'vitest';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { apiKeySettings, run } from '../support/program.ts';
import { readSlowly } from '../support/slow-reader.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';
import { arrived, ending, inMode } from './ended-early.ts';

const MODES = ['full_refresh', 'incremental'];

const VERY_MANY_USERS = { users: 25_000 };

describe('a read of very many rows', () => {
  it.each(MODES)('in %s goes no faster than its reader, in flat memory', async (mode) => {
    await using tenant = await startSimulatedTenant(VERY_MANY_USERS);
    const { result, mostAhead, growth } = await readSlowly(tenant, await inMode(mode, 'users'));
    expect(deliveredBy(result, ['users'])).toEqual(truthOf(tenant, ['users']));
    expect(mostAhead).toBeLessThan(2_000);
    expect(growth).toBeLessThan(1.5);
  });
});

describe.concurrent('a read', () => {
  it.each(MODES)(
    'of sheets and charts in %s that is ended by SIGTERM is gone on with, and finished apps are left alone',
    async (mode) => {
      await using tenant = await startSimulatedTenant({ users: 10, apps: 14 });
      tenant.data.documents.propertyPadding = 0;
      tenant.engine.dials.listedExpressions = 'stored';
      const items = [...tenant.data.items.all()].filter(({ resourceType }) => resourceType === 'app');
      const app = items.slice(10).map(({ resourceId }) => resourceId);
      // It is told to end while it waits, so that it cannot be done before.
      const answer = tenant.engine.faults.add({ app, method: 'OpenDoc', silent: true });
      const catalog = await inMode(mode, 'sheets', 'charts');
      const config = apiKeySettings(tenant, { concurrent_apps: 2 });
      const reader = ending('SIGTERM', '"name":"charts"},"stream_state"', 20);
      const env = { STATE_INTERVAL_MS: '0' };
      const first = await run('read', { tenant, config, catalog, env, signal: 'SIGTERM', reader });
      const states = first.messages.filter(({ type }) => type === 'STATE');
      const opensAtFirst = tenant.engine.counts.opens;
      expect(opensAtFirst).toBeLessThan(items.length);
      answer();
      tenant.engine.counts.reset();
      const second = await runHere('read', { tenant, config, catalog, state: states });
      expect(second.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
      // Those that were open at the end are opened once more.
      expect(opensAtFirst + tenant.engine.counts.opens).toBeLessThanOrEqual(items.length + 2);
      const truth = truthOf(tenant, ['sheets', 'charts']);
      for (const name of ['sheets', 'charts']) expect(arrived(name, first, second)).toEqual(truth[name]);
      const third = await runHere('read', {
        tenant,
        config,
        catalog,
        state: second.messages.filter(({ type }) => type === 'STATE'),
      });
      for (const name of ['sheets', 'charts']) expect(third.rows(name)).toEqual([]);
    },
  );
});
