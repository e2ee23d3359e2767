import { expect, test } from 'vitest';
import { SECRET_MARK } from './data/connections.ts';
import * as lists from './rest/lists.ts';
import { makeTenantData } from './tenant-data.ts';

const LISTS = Object.keys(lists) as (keyof typeof lists)[];
const print = (seed: number) => {
  const data = makeTenantData({}, seed);
  return JSON.stringify(LISTS.map((list) => [...data[list].all()]));
};

test('the same seed makes the same tenant, another seed another', () => {
  const first = print(1);
  expect(print(1)).toBe(first);
  expect(print(2)).not.toBe(first);
  expect(first.length).toBeGreaterThan(100_000);
});

test('a list holds as many rows as it says, each found by its id alone', () => {
  const data = makeTenantData({ users: 500, apps: 70 });
  for (const list of LISTS) {
    const rows: { id: string }[] = [...data[list].all()];
    expect(rows).toHaveLength(data[list].count);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const row of rows) expect(data[list].get(row.id)).toEqual(row);
    expect(data[list].get('63bbc9f300c3f9246e999999')).toBeUndefined();
  }
  expect([...data.items.all()].filter(({ resourceType }) => resourceType === 'app')).toHaveLength(70);
});

test('lists beside the apps are as long as told, or as goes with so many apps', () => {
  const lengths = (size: Parameters<typeof makeTenantData>[0]) => {
    const { items, dataFiles, collections, automations, reloads } = makeTenantData({ apps: 70, ...size });
    const itemsOf = (type: string) => [...items.all()].filter(({ resourceType }) => resourceType === type).length;
    const beside = { automations: automations.count, reloads: reloads.count };
    const files = { dataFiles: dataFiles.count, collections: collections.count };
    return { apps: itemsOf('app'), datasets: itemsOf('dataset'), ...files, ...beside };
  };
  const usual = { apps: 70, datasets: 7, dataFiles: 70, collections: 14, automations: 7, reloads: 210 };
  expect(lengths({})).toEqual(usual);
  for (const datasets of [0, 3, 8, 110]) expect(lengths({ datasets })).toEqual({ ...usual, datasets });
  const others = { dataFiles: 0, automations: 120 };
  expect(lengths({ ...others, collections: 30, reloads: 12 })).toEqual({
    ...{ ...usual, ...others },
    ...{ collections: 30 + 9, reloads: 70 * 12 },
  });
});

test('what a row refers to exists', () => {
  const data = makeTenantData({ users: 300, apps: 100, connections: 60 });
  for (const user of data.users.all()) {
    for (const { id, name } of user.assignedRoles ?? []) expect(data.roles.get(id)?.name).toBe(name);
    for (const { id, name } of user.assignedGroups ?? []) expect(data.groups.get(id)?.name).toBe(name);
  }
  for (const item of data.items.all()) {
    const { ownerId, spaceId, resourceAttributes: attributes } = item;
    expect(data.users.get(ownerId)).toBeDefined();
    if (spaceId) expect(data.spaces.get(spaceId)).toBeDefined();
    if (item.resourceType !== 'app') continue;
    expect(data.users.get(ownerId)?.subject).toBe(attributes.owner);
    expect(attributes.spaceId).toBe(spaceId ?? '');
    expect(data.itemOfApp(item.resourceId)).toEqual(item);
    if (attributes.originAppId) expect(data.itemOfApp(String(attributes.originAppId))).toBeDefined();
    expect(Boolean(attributes.originAppId)).toBe(attributes.publishTime !== '');
  }
  for (const { space, user } of data.connections.all()) {
    if (space) expect(data.spaces.get(space)).toBeDefined();
    if (user) expect(data.users.get(user)).toBeDefined();
  }
});

test('rows show every shape that the API has', () => {
  const data = makeTenantData({ users: 300, apps: 100, connections: 60 });
  const users = [...data.users.all()];
  expect(new Set(users.map(({ status }) => status))).toEqual(
    new Set(['active', 'invited', 'disabled', 'deleted', 'provisioned']),
  );
  expect(users.some(({ email }) => email === undefined)).toBe(true);
  expect(users.some(({ name }) => /[^\u0020-\u007e]/.test(name))).toBe(true);
  expect(users.some(({ inviteExpiry }) => inviteExpiry)).toBe(true);
  const items = [...data.items.all()];
  expect(items.some(({ spaceId }) => spaceId === undefined)).toBe(true);
  expect(items.some(({ resourceReloadEndTime }) => resourceReloadEndTime === '')).toBe(true);
  expect(items.some(({ resourceAttributes }) => resourceAttributes.publishTime)).toBe(true);
  for (const { createdAt, updatedAt } of items)
    expect(createdAt + updatedAt).toMatch(/^(\d{4}-\d\d-\d\dT[\d:]{8}Z){2}$/);
  const connections = [...data.connections.all()];
  expect(connections.filter(({ qConnectStatement }) => qConnectStatement.includes(SECRET_MARK)).length).toBeGreaterThan(
    40,
  );
  const files = connections.filter(({ qName }) => qName === 'DataFiles');
  expect(files).toHaveLength(data.spaces.count + 1);
  for (const file of files) expect(file).not.toHaveProperty('created');
  expect([...data.roles.all()].filter(({ tenantId }) => tenantId === '')).toHaveLength(16);
});

test('the last reload that succeeded made an app’s data', () => {
  const data = makeTenantData({ apps: 100 });
  const reloads = Object.groupBy(data.reloads.all(), ({ appId }) => appId);
  const apps = [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  for (const { resourceId, resourceAttributes } of apps) {
    const ends = (reloads[resourceId] ?? []).flatMap(({ status, endTime }) =>
      status === 'SUCCEEDED' && endTime ? [endTime] : [],
    );
    expect(ends.sort().at(-1) ?? '').toBe(resourceAttributes.lastReloadTime);
  }
  const ofGone = Object.keys(reloads).filter((appId) => !data.itemOfApp(appId));
  expect(ofGone.length).toBeGreaterThan(10);
});

test('reloads have the times and errors that their status brings', () => {
  const { reloads, users } = makeTenantData({ apps: 200 });
  const byStatus = Object.groupBy(reloads.all(), ({ status }) => status);
  expect(Object.keys(byStatus).sort()).toEqual(
    ['CANCELED', 'EXCEEDED_LIMIT', 'FAILED', 'QUEUED', 'RELOADING', 'SUCCEEDED'].sort(),
  );
  for (const { userId, status, creationTime, startTime, endTime, engineTime, errorCode } of reloads.all()) {
    expect(users.get(userId)).toBeDefined();
    const isUnderWay = status === 'QUEUED' || status === 'RELOADING';
    expect([endTime === undefined, engineTime === endTime, errorCode !== undefined]).toEqual([
      isUnderWay,
      isUnderWay || status === 'SUCCEEDED',
      status === 'FAILED',
    ]);
    if (status === 'QUEUED') expect(startTime).toBeUndefined();
    else if (status !== 'CANCELED') expect(startTime).toBeDefined();
    const times = [creationTime, startTime, endTime].flatMap((time) => (time ? [Date.parse(time)] : []));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  }
  expect([...reloads.all()].some(({ creationTime }) => /:\d\dZ$/.test(creationTime))).toBe(true);
});

test('times of several precisions are in order', () => {
  const { reloads } = makeTenantData({ apps: 1 });
  const added = ['20:00:00Z', '20:00:00.001Z', '19:59:59.999Z', '20:00:01Z'].map((time) => {
    return reloads.add({ creationTime: `2026-02-01T${time}` });
  });
  const [zero, later, before, last] = added.map(({ id }) => id);
  const order = [...reloads.walk('creationTime', 1)].map(([, { id }]) => id);
  expect(order.slice(-4)).toEqual([before, zero, later, last]);
});

test('rows can be added, changed and deleted', () => {
  const { users } = makeTenantData({ users: 5 });
  const [first, second] = [...users.all()];
  const added = users.add({ name: 'Zoë' });
  expect(users.count).toBe(6);
  expect(users.get(added.id)).toEqual(added);
  expect(users.change(first?.id ?? '', { name: 'Ann', email: undefined })).toMatchObject({
    id: first?.id,
    name: 'Ann',
  });
  users.delete(second?.id ?? '');
  expect([...users.all()].map(({ id }) => id)).not.toContain(second?.id);
  expect([...users.all()].map(({ name }) => name)).toEqual(expect.arrayContaining(['Ann', 'Zoë']));
  expect(users.count).toBe(5);
  expect(() => users.delete(second?.id ?? '')).toThrow('no row');
  users.add(second);
  expect([...users.all()]).toHaveLength(6);
});

test('an order that is in use follows every change', () => {
  const { users } = makeTenantData({ users: 50 });
  const names = () => [...users.walk('name', 1)].map(([, { name }]) => name);
  expect(names()).toEqual([...users.all()].map(({ name }) => name).sort());
  const [one, two] = [...users.all()];
  users.change(one?.id ?? '', { name: '\uffffZ' });
  users.delete(two?.id ?? '');
  users.add({ name: 'AAA' });
  expect(names()).toEqual([...users.all()].map(({ name }) => name).sort());
  expect(names().at(-1)).toBe('\uffffZ');
});
