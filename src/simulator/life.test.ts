import { expect, test } from 'vitest';
import type { AppDocument } from './data/document.ts';
import { isUnderWay } from './data/reloads.ts';
import { live } from './life.ts';
import { makeTenantData, type TenantData, type TenantSize } from './tenant-data.ts';

const LISTS = [
  ...(['users', 'groups', 'systemGroups', 'roles', 'spaces', 'items', 'connections', 'apiKeys'] as const),
  ...(['dataFiles', 'collections', 'automations', 'reloads'] as const),
] as const;

const before = makeTenantData;

function after(size?: Partial<TenantSize>, seed?: number): TenantData {
  const data = makeTenantData(size, seed);
  live(data);
  return data;
}

/** Rows of a list that came, changed and went. */
function differences(list: (typeof LISTS)[number], old: TenantData, now: TenantData) {
  const [was, is] = [old, now].map(
    (data) => new Map([...data[list].all()].map((row) => [row.id, JSON.stringify(row)])),
  );
  const [oldIds, ids] = [new Set(was?.keys()), new Set(is?.keys())];
  const changed = [...ids.intersection(oldIds)].filter((id) => was?.get(id) !== is?.get(id));
  return { added: [...ids.difference(oldIds)], changed, deleted: [...oldIds.difference(ids)] };
}

function documentOf(data: TenantData, itemId: string): AppDocument {
  return data.document(data.items.get(itemId)?.resourceId ?? '');
}

function contentOf(data: TenantData, itemId: string) {
  return Object.fromEntries(documentOf(data, itemId).objects);
}

function timeOf(data: TenantData, itemId: string): number {
  return Date.parse(data.items.get(itemId)?.updatedAt ?? '');
}

/** Sheets whose time has moved. */
function sheetsThatMoved(itemId: string, old: TenantData, now: TenantData): string[] {
  const [was, is] = [documentOf(old, itemId), documentOf(now, itemId)];
  return is.sheetIds().filter((id) => is.meta(id).modifiedDate !== was.meta(id).modifiedDate);
}

test('the same tenant lives the same day, another tenant another', () => {
  expect(live(before())).toEqual(live(before()));
  expect(live(before({}, 2))).not.toEqual(live(before()));
  const [one, other] = [after(), after()];
  for (const list of LISTS) {
    expect([...one[list].all()]).toEqual([...other[list].all()]);
  }
  const { added, changed } = differences('items', before(), one);
  for (const id of [...added, ...changed]) expect(contentOf(one, id)).toEqual(contentOf(other, id));
});

test('people, spaces and connections come, change and go; one change moves no time', () => {
  const [old, now] = [before(), after()];
  const changes = Object.fromEntries(LISTS.map((list) => [list, differences(list, old, now)]));
  const numbers = Object.entries(changes).map(([list, { added, changed, deleted }]) => [
    list,
    [added.length, changed.length, deleted.length],
  ]);
  expect(Object.fromEntries(numbers)).toEqual({
    users: [1, 1, 1],
    groups: [0, 0, 0],
    systemGroups: [0, 0, 0],
    roles: [0, 0, 0],
    spaces: [0, 1, 0],
    items: [1, 6, 1],
    connections: [0, 0, 1],
    apiKeys: [0, 0, 0],
    dataFiles: [0, 1, 0],
    collections: [0, 0, 0],
    automations: [0, 1, 0],
    reloads: [3, 2, 0],
  });
  const [userId = ''] = changes.users?.changed ?? [];
  expect(now.users.get(userId)?.email).not.toBe(old.users.get(userId)?.email);
  expect({ ...now.users.get(userId), email: '' }).toEqual({ ...old.users.get(userId), email: '' });
  const [spaceId = ''] = changes.spaces?.changed ?? [];
  expect(now.spaces.get(spaceId)?.updatedAt).not.toBe(old.spaces.get(spaceId)?.updatedAt);
});

test('apps are reloaded, edited, made and deleted, each seen by its times; all others are as they were', () => {
  const [old, now] = [before(), after()];
  const { added, changed } = differences('items', old, now);
  for (const id of changed) expect(timeOf(now, id)).toBeGreaterThan(timeOf(old, id));
  const [reloaded = '', rearranged = '', redefined = '', regrouped = '', ...failedOrEnded] = changed;
  expect(contentOf(now, reloaded)).toEqual(contentOf(old, reloaded));
  expect(sheetsThatMoved(rearranged, old, now)).toHaveLength(2);
  expect(sheetsThatMoved(redefined, old, now)).toEqual([]);
  expect(contentOf(now, redefined)).not.toEqual(contentOf(old, redefined));
  for (const id of failedOrEnded) expect(contentOf(now, id)).toEqual(contentOf(old, id));
  const titlesOf = (data: TenantData) => {
    const document = documentOf(data, regrouped);
    return document.sheetIds().map((id) => document.meta(id).title);
  };
  expect(titlesOf(now)).toContain('Forecast');
  expect(titlesOf(now)).toHaveLength(titlesOf(old).length);

  const [made = ''] = added;
  expect(documentOf(now, made).charts().length).toBeGreaterThan(10);
  const apps = [...now.items.all()].filter(({ resourceType }) => resourceType === 'app').map(({ id }) => id);
  const others = apps.filter((id) => id !== made && !changed.includes(id));
  expect(others).toHaveLength(18);
  for (const id of others) expect(contentOf(now, id)).toEqual(contentOf(old, id));
});

test('reloads that are under way end on the next day, another is queued, one fails', () => {
  const [old, now] = [before(), after()];
  const { added, changed } = differences('reloads', old, now);
  const statusesOf = (data: TenantData, ids: string[]) => ids.map((id) => data.reloads.get(id)?.status).sort();
  expect(statusesOf(old, changed)).toEqual(['QUEUED', 'RELOADING']);
  expect(statusesOf(now, changed)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(statusesOf(now, added)).toEqual(['FAILED', 'QUEUED', 'SUCCEEDED']);
  const underWay = [...now.reloads.all()].filter(isUnderWay).map(({ id }) => id);
  live(now);
  expect(statusesOf(now, underWay)).toEqual(['SUCCEEDED']);
  const [{ id, appId } = { id: '', appId: '' }] = [...now.reloads.all()].filter(isUnderWay);
  now.items.delete(now.itemOfApp(appId)?.id ?? '');
  live(now);
  expect(now.reloads.get(id)?.status).toBe('CANCELED');
});

test.each([
  { users: 0, apps: 0, spaces: 0, connections: 0 },
  { users: 1, apps: 1 },
  { users: 3, apps: 2 },
  { sheets: 0 },
  { charts: 0 },
  { sheets: 1, charts: 1 },
])('a tenant of %j lives too', (size) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const [old, now] = [before(size, seed), after(size, seed)];
    expect(differences('users', old, now)).toMatchObject({ added: [expect.anything()], changed: [expect.anything()] });
    expect(differences('items', old, now)).toMatchObject({ added: [expect.anything()] });
    expect(now.users.get(now.plan.adminId)).toBeDefined();
    expect(now.users.get(now.plan.botId)).toEqual(old.users.get(old.plan.botId));
  }
});
