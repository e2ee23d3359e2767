import { expect, test } from 'vitest';
import { startSimulatedTenant } from '../tenant.ts';
import { makeTenantData, type TenantSize } from '../tenant-data.ts';
import * as lists from './lists.ts';
import type { RestList } from './rest-list.ts';

type Facts = Pick<RestList<{ id: string }>, 'path' | 'when' | 'size'>;

const all = Object.entries<Facts>(lists).map(([name, facts]) => ({ ...facts, name: name as keyof typeof lists }));

test.each(all)('$name: answered at its path; counted, spoiled and forbidden as others are', async (list) => {
  // With few users, some of everything is the caller's.
  await using tenant = await startSimulatedTenant({ users: 2 });
  const [space] = tenant.data.spaces.all();
  const path = `/api/v1/${list.path.replace('{id}', space?.id ?? '')}`;
  const headers = { authorization: `Bearer ${tenant.apiKey}` };
  const ask = () => fetch(tenant.url + path + (list.when ? `?${list.when}=true` : ''), { headers });
  const answer = await ask();
  const { data } = (await answer.json()) as { data: { id: string }[] };
  expect(answer.status).toBe(200);
  expect(data.length).toBeGreaterThan(0);
  for (const { id } of data) expect(tenant.data[list.name].get(id)).toBeDefined();
  expect(tenant.counts.paths).toEqual({ [`/api/v1/${list.path}`]: 1 });
  tenant.faults.add({ path, empty: true, times: 1 });
  expect(await (await ask()).json()).toMatchObject({ data: [] });
  tenant.faults.forbid(list.path.split('/')[0] ?? '');
  expect((await ask()).status).toBe(403);
});

test('automations are listed below /api/workflows too, unless the tenant does not know that path', async () => {
  await using tenant = await startSimulatedTenant({ automations: 3 });
  const headers = { authorization: `Bearer ${tenant.apiKey}` };
  const ask = async (path: string) => (await fetch(`${tenant.url}${path}?listAll=true`, { headers })).json();
  const { data } = (await ask('/api/v1/automations')) as { data: unknown[] };
  expect(data).toHaveLength(3);
  expect(await ask('/api/workflows/automations')).toMatchObject({ data });
  expect(await ask('/api/workflows/users')).toMatchObject({ errors: [{ status: 404 }] });
  tenant.dials.workflows = false;
  expect(await ask('/api/workflows/automations')).toMatchObject({ errors: [{ status: 404 }] });
  expect(await ask('/api/v1/automations')).toMatchObject({ data });
});

test.each(all.filter(({ size }) => size !== undefined))(
  '$name: as many rows as told, and all other lists as they were',
  ({ name }) => {
    const tenantWith = (rows: number) => makeTenantData({ apps: 1, [name]: rows } as Partial<TenantSize>);
    const [smaller, larger] = [tenantWith(4), tenantWith(40)];
    expect(larger[name].count - smaller[name].count).toBe(36);
    for (const other of all)
      if (other.name !== name) expect([...larger[other.name].all()]).toEqual([...smaller[other.name].all()]);
  },
);
