import { afterEach, expect, test } from 'vitest';
import { SECRET_MARK } from '../data/connections.ts';
import type { Reload } from '../data/reloads.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../tenant.ts';
import type { ListEnd } from './dials.ts';

let tenant: SimulatedTenant;
afterEach(() => tenant.close());

interface Page {
  data: { id: string; name: string }[];
  links: Record<string, { href?: string | null } | undefined>;
  [more: string]: unknown;
}

async function ask(pathOrUrl: string) {
  const url = new URL(pathOrUrl, `${tenant.url}/api/v1/`);
  const response = await fetch(url, { headers: { authorization: `Bearer ${tenant.apiKey}` } });
  return { status: response.status, page: (await response.json()) as Page };
}

async function readAll(path: string, between?: (page: number) => void): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | null | undefined = path, page = 1; next; page++) {
    const { page: answer } = await ask(next);
    ids.push(...answer.data.map(({ id }) => id));
    next = answer.links.next?.href;
    between?.(page);
  }
  return ids;
}

test('a read with the documented defaults', async () => {
  tenant = await startSimulatedTenant();
  const sizes: Record<string, number> = {
    users: 20,
    groups: 12,
    roles: 20,
    spaces: 9,
    items: 10,
    'data-connections': 26,
  };
  for (const [path, size] of Object.entries(sizes)) expect((await ask(path)).page.data).toHaveLength(size);
  expect((await ask('users?totalResults=true')).page.totalResults).toBe(120);
  expect((await ask('users')).page).not.toHaveProperty('totalResults');
  expect((await ask('spaces?limit=1')).page.meta).toEqual({ count: 9 });
  expect((await ask('users')).page.data.map(({ name }) => name)).toEqual(
    [...tenant.data.users.all()]
      .map(({ name }) => name)
      .sort()
      .slice(0, 20),
  );
});

test.each([
  ['absent', undefined],
  ['emptyObject', {}],
  ['nullHref', { href: null }],
  ['emptyHref', { href: '' }],
] as [ListEnd, unknown][])('a list that ends with next %s', async (end, next) => {
  tenant = await startSimulatedTenant({ users: 250 });
  tenant.dials.endOfList = end;
  expect((await ask('roles')).page.links.next).toEqual(next);
  expect((await readAll('users?limit=100')).sort()).toEqual([...tenant.data.users.all()].map(({ id }) => id).sort());
});

test.each(['next', 'page', 'cursor', 'startingAfter', 'endingBefore'])('a cursor called %s', async (name) => {
  tenant = await startSimulatedTenant({ users: 50 });
  tenant.dials.cursorParameter = name;
  const { page } = await ask('users?limit=20');
  expect(new URL(page.links.next?.href ?? '').searchParams.has(name)).toBe(true);
  expect(await readAll('users')).toHaveLength(50);
});

test.each([
  ['http', /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/users\?/],
  ['otherHost', /^https:\/\/other-host\.example\.com\/api\/v1\/users\?/],
  ['withoutApi', /^http:\/\/127\.0\.0\.1:\d+\/v1\/users\?/],
] as const)('links that lead %s', async (pageLinks, expected) => {
  tenant = await startSimulatedTenant();
  tenant.dials.pageLinks = pageLinks;
  expect((await ask('users?limit=2')).page.links.next?.href).toMatch(expected);
});

test('the way back', async () => {
  tenant = await startSimulatedTenant();
  const first = (await ask('users?limit=30')).page;
  const second = (await ask(first.links.next?.href ?? '')).page;
  const third = (await ask(second.links.next?.href ?? '')).page;
  expect(first.links).not.toHaveProperty('prev');
  expect((await ask(third.links.prev?.href ?? '')).page.data).toEqual(second.data);
  expect((await ask(second.links.prev?.href ?? '')).page.links).not.toHaveProperty('prev');
});

test('rows that come, go and move during a read', async () => {
  tenant = await startSimulatedTenant({ users: 60 });
  const { users } = tenant.data;
  const byAge = [...users.all()].map(({ id }) => id);
  const gone = byAge[30] as string;
  const ids = await readAll('users?limit=20&sort=%2BcreatedAt', (page) => {
    if (page !== 1) return;
    users.delete(byAge[19] as string);
    users.delete(gone);
    users.change(byAge[0] as string, { createdAt: '2027-01-01T00:00:00.000Z' });
    users.add();
  });
  expect(ids).toHaveLength(61);
  expect(ids).not.toContain(gone);
  expect(ids.filter((id) => id === byAge[0])).toHaveLength(2);
});

test.each([
  'users?limit=0',
  'users?limit=101',
  'users?limit=ten',
  'users?sort=lastUpdatedAt',
  'users?sort=+name',
  'users?next=made-up',
  'users?offset=20',
  'users?totalResults=yes',
  'users?filter=lastUpdatedAt gt "2026-01-01"',
  'groups?systemGroups=true&limit=10',
  'items?sort=createdAt',
  'items?resourceType=sheet',
  'spaces?sort=updatedAt',
  'spaces?limit=101',
  'data-connections?limit=0',
  'data-connections?noDatasources=true',
  'reloads?limit=101',
  'reloads?sort=%2BappId',
  'reloads?partial=perhaps',
  'reloads?log=yes',
  'reloads?filter=userId eq "1"',
  'reloads?filter=status co "FAIL"',
  'reloads?filter=(status eq "FAILED"',
  'reloads?filter=status eq "FAILED" or',
])('%s is refused', async (path) => {
  tenant = await startSimulatedTenant();
  const { status, page } = await ask(path);
  expect(status).toBe(400);
  expect(page.errors).toEqual([
    expect.objectContaining({ code: expect.any(String), title: 'Bad request', status: 400 }),
  ]);
});

test('a cursor serves the order that it is from', async () => {
  tenant = await startSimulatedTenant();
  const { page } = await ask('users?sort=%2Bname');
  const cursor = encodeURIComponent(new URL(page.links.next?.href ?? '').searchParams.get('next') ?? '');
  expect((await ask(`users?sort=%2Bname&next=${cursor}`)).status).toBe(200);
  expect((await ask(`users?sort=%2BcreatedAt&next=${cursor}`)).status).toBe(400);
});

test('what parameters choose', async () => {
  tenant = await startSimulatedTenant();
  const { page: items } = await ask('items?resourceType=dataset,automation&limit=100&noActions=true');
  expect(items.data).toHaveLength(5);
  expect(items.data[0]).not.toHaveProperty('actions');
  expect((await ask('items?limit=1')).page.data[0]).toHaveProperty('actions');
  expect((await ask('spaces?type=managed&limit=100')).page.meta).toEqual({ count: 3 });
  expect((await ask('spaces?action=publish')).page.data).toHaveLength(3);
  const { page: users } = await ask('users?fields=id,name&filter=status eq "invited"');
  expect(users.data.length).toBeGreaterThan(0);
  for (const user of users.data) expect(Object.keys(user)).toEqual(['id', 'name']);
  expect((await ask('data-connections?noDatafiles=true')).page.data).toHaveLength(16);
  expect((await ask('data-connections?noDatafiles=true&includeDisabled=true')).page.data).toHaveLength(18);
  expect((await ask('data-connections?limit=100&sort=-created')).page.data.at(-1)).toMatchObject({
    qName: 'DataFiles',
  });
});

test('which reloads parameters choose', async () => {
  tenant = await startSimulatedTenant();
  const { reloads } = tenant.data;
  const idsWhere = (passes: (reload: Reload) => boolean) => [...reloads.all()].filter(passes).map(({ id }) => id);
  const [{ appId } = { appId: '' }] = reloads.all();
  const all = await readAll('reloads');
  expect(all.toSorted()).toEqual(idsWhere(() => true).sort());
  expect(all).toEqual([...reloads.walk('creationTime', -1)].map(([, { id }]) => id));
  expect((await readAll(`reloads?appId=${appId}`)).sort()).toEqual(idsWhere((row) => row.appId === appId).sort());
  expect((await readAll('reloads?partial=true')).sort()).toEqual(idsWhere(({ partial }) => partial === true).sort());
  const filter = '(status eq "FAILED" or status eq "canceled") and partial eq "false"';
  expect((await readAll(`reloads?filter=${filter}`)).sort()).toEqual(
    idsWhere(({ status, partial }) => ['FAILED', 'CANCELED'].includes(status) && !partial).sort(),
  );
  const byStatus = (await ask('reloads?sort=status&limit=100')).page.data as unknown as Reload[];
  expect(byStatus.map(({ status }) => status)).toEqual(byStatus.map(({ status }) => status).sort());
});

test('reloads of all apps are for tenant admins, their logs for those who ask', async () => {
  tenant = await startSimulatedTenant();
  const [reload] = tenant.data.reloads.all();
  expect(JSON.stringify((await ask('reloads?limit=100')).page)).not.toContain('log');
  expect((await ask('reloads?log=true')).page.data[0]).toMatchObject({ log: expect.stringContaining(SECRET_MARK) });
  expect((await ask(`reloads/${reload?.id}`)).page).toEqual(reload);
  expect(await ask('reloads/none')).toMatchObject({ status: 404, page: { errors: [{ code: 'RELOADS-404' }] } });
  tenant.dials.reloadsOfAllApps = false;
  expect(await ask('reloads')).toMatchObject({ status: 403, page: { errors: [{ code: 'RELOADS-003' }] } });
  expect((await ask(`reloads?appId=${reload?.appId}`)).page.data.length).toBeGreaterThan(0);
});

test('older tenants', async () => {
  tenant = await startSimulatedTenant();
  tenant.dials.legacyUsers = true;
  tenant.dials.deletedUsers = 'leftOut';
  const { data } = (await ask('users?limit=100&totalResults=true')).page;
  for (const user of data) {
    expect(user).toMatchObject({
      created: expect.any(String),
      lastUpdated: expect.any(String),
      roles: expect.any(Array),
    });
    expect(user).not.toHaveProperty('createdAt');
    expect(user).not.toMatchObject({ status: 'deleted' });
  }
});

test('the first and the last page of 100,000', async () => {
  tenant = await startSimulatedTenant({ users: 100_000 });
  const first = (await ask('users?limit=100&sort=%2BcreatedAt')).page;
  const last = (await ask('users?limit=100&sort=-createdAt')).page;
  const total = (await ask('users?limit=1&sort=%2BcreatedAt&totalResults=true')).page.totalResults;
  expect([first.data.length, last.data.length, total]).toEqual([100, 100, 100_000]);
  expect((last.data[0]?.id ?? '') > (first.data[99]?.id ?? 'z')).toBe(true);
  expect((await ask(`users/${last.data[0]?.id}`)).page).toEqual(last.data[0]);
});
