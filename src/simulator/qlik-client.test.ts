import { getAutomations } from '@qlik/api/automations';
import { getCollections } from '@qlik/api/collections';
import { getDataConnections } from '@qlik/api/data-connections';
import { getDataFiles } from '@qlik/api/data-files';
import { getGroups } from '@qlik/api/groups';
import { getItems } from '@qlik/api/items';
import { getReload, getReloads } from '@qlik/api/reloads';
import { getRoles } from '@qlik/api/roles';
import { getSpaces } from '@qlik/api/spaces';
import { getMyUser, getUsers } from '@qlik/api/users';
import { afterAll, expect, test } from 'vitest';
import { startSimulatedTenant } from './tenant.ts';

const tenant = await startSimulatedTenant({
  users: 230,
  groups: 47,
  roles: 31,
  spaces: 25,
  apps: 130,
  connections: 40,
});
afterAll(() => tenant.close());
const byKey = { hostConfig: { authType: 'apikey', host: tenant.url, apiKey: tenant.apiKey }, noCache: true } as const;
const { clientId, clientSecret } = tenant.oauthClient;
const byOauth = {
  hostConfig: { authType: 'oauth2', host: tenant.url, clientId, clientSecret, noCache: true },
  noCache: true,
} as const;

interface Page {
  data: { data?: unknown[] };
  next?: () => Promise<Page>;
}

async function readToEnd(first: Promise<unknown>): Promise<{ id: string }[]> {
  const rows: unknown[] = [];
  for (let page: Page | undefined = (await first) as Page; page; page = await page.next?.())
    rows.push(...(page.data.data ?? []));
  return rows as { id: string }[];
}

function idsOf(rows: Iterable<{ id: string }>): string[] {
  return [...rows].map(({ id }) => id).sort();
}

const { data } = tenant;
const apps = [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');
const [{ appId } = { appId: '' }] = data.reloads.all();
const reloadsOfApp = [...data.reloads.all()].filter((row) => row.appId === appId && !row.partial);
/** What the client asks of everyone; tenant admins may leave out the app. */
type OfOneApp = Parameters<typeof getReloads>[0];
const enabled = [...data.connections.all()].filter(({ datasourceID }) => datasourceID !== 'oledb');

test.each([
  ['users', () => getUsers({ limit: 100 }, byKey), data.users.all(), 230, 3],
  ['users by name', () => getUsers({ limit: 7, sort: '-name' }, byKey), data.users.all(), 230, 33],
  ['groups', () => getGroups({ limit: 20 }, byKey), data.groups.all(), 47, 3],
  ['system groups', () => getGroups({ systemGroups: true }, byKey), data.systemGroups.all(), 1, 1],
  ['roles', () => getRoles({}, byKey), data.roles.all(), 31, 2],
  ['spaces', () => getSpaces({}, byKey), data.spaces.all(), 25, 3],
  [
    'apps',
    () => getItems({ resourceType: 'app', limit: 50, sort: '+createdAt', noActions: true }, byKey),
    apps,
    130,
    3,
  ],
  ['connections', () => getDataConnections({}, byKey), enabled, 62, 1],
  ['connections in pages', () => getDataConnections({ limit: 10, sort: '+created' }, byKey), enabled, 62, 7],
  ['all connections', () => getDataConnections({ includeDisabled: true }, byKey), data.connections.all(), 66, 1],
  [
    'data files',
    () => getDataFiles({ includeAllSpaces: true, limit: 50, sort: '+modifiedDate' }, byKey),
    data.dataFiles.all(),
    130,
    3,
  ],
  ['collections', () => getCollections({ limit: 5, sort: '+createdAt' }, byKey), data.collections.all(), 19, 4],
  ['all automations', () => getAutomations({ listAll: true, limit: 5 }, byKey), data.automations.all(), 13, 3],
  [
    'all reloads',
    () => getReloads({ limit: 100, sort: '+creationTime' } as OfOneApp, byKey),
    data.reloads.all(),
    390,
    4,
  ],
  ['reloads of an app', () => getReloads({ appId, partial: false }, byKey), reloadsOfApp, reloadsOfApp.length, 1],
  ['roles with a token', () => getRoles({}, byOauth), data.roles.all(), 31, 2],
])('Qlik’s own client reads %s to the end', async (_, first, truth, count, calls) => {
  tenant.counts.reset();
  const ids = idsOf(await readToEnd(first()));
  expect(ids).toEqual(idsOf(truth));
  expect(ids).toHaveLength(count);
  const listed = Object.entries(tenant.counts.paths).filter(([path]) => path.startsWith('/api/v1/'));
  expect(listed).toEqual([[expect.any(String), calls]]);
});

test('Qlik’s own client reads a reload', async () => {
  const [reload] = reloadsOfApp;
  expect((await getReload(reload?.id ?? '', byKey)).data).toEqual(reload);
  await expect(getReload('none', byKey)).rejects.toMatchObject({ status: 404 });
});

test('Qlik’s own client follows the redirect to its own user', async () => {
  expect((await getMyUser(byKey)).data.id).toBe(data.plan.adminId);
});

test('Qlik’s own client sees an error', async () => {
  const remove = tenant.faults.forbid('roles');
  await expect(getRoles({}, byKey)).rejects.toMatchObject({ status: 403 });
  remove();
});
