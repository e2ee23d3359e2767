import { describe, expect, it } from 'vitest';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { live, Model } from './model.ts';
import { isTombstone } from './model-judge.ts';
import { PLAIN, PLAIN_SYNC } from './model-plan.ts';
import type { Tally } from './model-stream.ts';

/** Histories that meet everything between them. */
const SEEDS = [7, 23];
const STEPS = 5;
const MET = ['cut', 'COMPLETE', 'INCOMPLETE', 'records', 'tombstones', 'visits', 'apps left alone'];

describe('a warehouse', () => {
  it('equals the tenant after every sync, whatever happens', async () => {
    const tally: Tally = {};
    await Promise.all(SEEDS.map((seed) => live(seed, STEPS, tally)));
    for (const what of MET) expect(tally[what], what).toBeGreaterThan(0);
  });
});

const STREAMS_THAT_NOTICE = [
  ...['app_fields', 'app_tables', 'apps', 'charts', 'dimensions', 'master_visualizations', 'measures', 'sheets'],
  'users',
];
const MANY = { users: 30, groups: 4, roles: 4, spaces: 3, connections: 3, apps: 40, sheets: 1, charts: 1 };

/** Takes more than half away of the users, the apps, and the sheets of one app; gives back the way back. */
function takeMost({ data }: SimulatedTenant): () => void {
  const { users, items, plan } = data;
  const goneUsers = [...users.all()].slice(10);
  const [first, ...others] = [...items.all()].filter(({ resourceType }) => resourceType === 'app');
  const goneApps = others.slice(7);
  const document = data.document(first?.resourceId ?? '');
  const hidden = document.sheetIds().slice(5);
  const show = (id: string, published: boolean) =>
    document.edit.changeMeta(id, { published, ownerId: plan.botId }, { object: false });
  for (const { id } of goneUsers) users.delete(id);
  for (const { id } of goneApps) items.delete(id);
  for (const id of hidden) show(id, false);
  return () => {
    for (const row of goneUsers) users.add(row);
    for (const row of goneApps) items.add(row);
    for (const id of hidden) show(id, true);
  };
}

describe('a listing that lacks more than half of what was known', () => {
  it('is not believed before the next one lacks it too', async () => {
    await using tenant = await startSimulatedTenant(MANY);
    const [{ resourceId } = { resourceId: '' }] = tenant.data.items.all();
    for (let sheet = 0; sheet < 24; sheet++) tenant.data.document(resourceId).edit.addSheet({ charts: 1 });
    const model = new Model(tenant, PLAIN);
    const sync = async () => {
      const messages = await model.sync(PLAIN_SYNC);
      const deletions = messages.flatMap(({ record }) => (record && isTombstone(record.data) ? [record.stream] : []));
      const warnings = messages.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : []));
      return { deletions: [...new Set(deletions)].sort(), warnings };
    };
    await sync();
    const giveBack = takeMost(tenant);
    const { deletions, warnings } = await sync();
    expect(deletions).toEqual([]);
    for (const stream of STREAMS_THAT_NOTICE) expect(warnings).toContainEqual(expect.stringContaining(stream));
    giveBack();
    expect(await sync()).toEqual({ deletions: [], warnings: [] });
    takeMost(tenant);
    expect((await sync()).deletions).toEqual([]);
    expect(await sync()).toEqual({ deletions: STREAMS_THAT_NOTICE, warnings: [] });
    expect(await sync()).toEqual({ deletions: [], warnings: [] });
  });
});
