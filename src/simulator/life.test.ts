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

/** All times in the rows of items and reloads, as Unix times in milliseconds. */
function timesIn(data: TenantData): number[] {
  const rows = [...data.items.all(), ...data.reloads.all()];
  const texts = JSON.stringify(rows).match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];
  return texts.map((text) => Date.parse(text));
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

test('every day is another, and later', () => {
  const data = makeTenantData();
  const days = Array.from({ length: 5 }, () => ({ told: live(data), ms: Math.max(...timesIn(data)) }));
  for (const [index, { told, ms }] of days.entries()) {
    const known = new Set(days.slice(0, index).flatMap((day) => day.told));
    // There is little in so small a tenant: that the same happens to the same again is not excluded.
    expect(told.filter((line) => known.has(line)).length).toBeLessThan(told.length / 2);
    expect(ms - data.plan.nowMs).toBeGreaterThan(index * 86_400_000);
    expect(ms - data.plan.nowMs).toBeLessThan((index + 1) * 86_400_000);
  }
});

test('at another present the same tenant has the same ids, and all times are as much later', () => {
  const LATER_MS = 400 * 86_400_000;
  const nowMs = before().plan.nowMs + LATER_MS;
  const [old, now] = [before(), makeTenantData({ nowMs })];
  for (const list of LISTS) {
    const [was, is] = [old, now].map((data) => [...data[list].all()]);
    expect(is?.map(({ id }) => id)).toEqual(was?.map(({ id }) => id));
  }
  const late = timesIn(now).map((ms, index) => ms - (timesIn(old)[index] ?? 0));
  expect(new Set(late)).toEqual(new Set([LATER_MS]));
});

test('a tenant whose apps are reloaded day by day has new data in most of them, and old data in some', () => {
  const data = makeTenantData({ isReloadedDaily: true });
  const apps = [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  const times = apps.map(({ resourceAttributes }) => Date.parse(String(resourceAttributes.lastReloadTime)));
  const daysAgo = times.map((ms) => (data.plan.nowMs - ms) / 86_400_000);
  expect(daysAgo.filter((days) => days >= 0 && days < 2).length).toBeGreaterThan(apps.length / 3);
  expect(daysAgo.filter((days) => days > 90).length).toBeGreaterThan(1);
  expect(daysAgo.filter((days) => days < 0)).toEqual([]);
  const ended = [...data.reloads.all()].flatMap(({ endTime }) => (endTime ? [Date.parse(endTime)] : []));
  expect(Math.max(...ended)).toBe(Math.max(...times.filter((ms) => ms > 0)));
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
    connections: [1, 0, 1],
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
  const isEdited = (id: string) => JSON.stringify(contentOf(now, id)) !== JSON.stringify(contentOf(old, id));
  const [edited, reloaded] = [changed.filter(isEdited), changed.filter((id) => !isEdited(id))];
  expect([edited, reloaded].map(({ length }) => length)).toEqual([3, 3]);

  const sheetsOf = (data: TenantData, id: string) => new Set(documentOf(data, id).sheetIds());
  const rebuilt = edited.filter((id) => !sheetsOf(now, id).isSubsetOf(sheetsOf(old, id)));
  expect(rebuilt.map((id) => sheetsOf(now, id).size - sheetsOf(old, id).size)).toEqual([0]);
  const others = edited.filter((id) => !rebuilt.includes(id));
  expect(others.map((id) => sheetsThatMoved(id, old, now).length).toSorted()).toEqual([0, 2]);

  const [made = ''] = added;
  expect(documentOf(now, made).charts().length).toBeGreaterThan(10);
  const apps = [...now.items.all()].filter(({ resourceType }) => resourceType === 'app').map(({ id }) => id);
  const untouched = apps.filter((id) => id !== made && !changed.includes(id));
  expect(untouched).toHaveLength(18);
  for (const id of untouched) expect(contentOf(now, id)).toEqual(contentOf(old, id));
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
