import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/cdk/index.ts';
import type { SyncMode } from '../../src/cdk/protocol/messages.ts';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { errorsOf, recordsOf, statuses, tableOf } from '../../src/cdk/testing/lines.ts';
import type { Item } from '../../src/simulator/data/items.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { app_coverage } from '../../src/streams/app_coverage.ts';
import { type ReadWish, readHere } from '../support/in-process.ts';
import { leaks } from '../support/leaks.ts';
import { apiKeySettings } from '../support/program.ts';

const HASTY = { patience: { retryMs: 300, pauseMs: 0 } };
const NAME = 'app_coverage';
const STREAMS = ['apps', 'sheets', 'charts', NAME];

async function tenantOf(apps: number): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant({ apps, users: 5, sheets: 1, charts: 2 });
  tenant.data.documents.propertyPadding = 0;
  return tenant;
}

const sync = (tenant: SimulatedTenant, wish: ReadWish = {}) =>
  readHere(tenant, { streams: STREAMS, mode: 'incremental', ...wish }, HASTY);

function appsOf({ data }: SimulatedTenant): Item[] {
  return data.items
    .all()
    .filter(({ resourceType }) => resourceType === 'app')
    .toArray();
}

/** What a warehouse knows of each app after these syncs. */
const coverage = (...outcomes: readonly Outcome[]) =>
  tableOf(
    outcomes.flatMap(({ lines }) => lines),
    NAME,
    ['appId'],
  );

/** What is left of it that a test may foresee: the status by app, as many as there are. */
function statusesIn(table: ReturnType<typeof coverage>): { [appId: string]: unknown } {
  return Object.fromEntries([...table].map(([appId, { status }]) => [appId, status]));
}

function allAs(apps: readonly Item[], status: string): { [appId: string]: unknown } {
  return Object.fromEntries(apps.map(({ resourceId }) => [resourceId, status]));
}

describe.concurrent('what came of every app', () => {
  it.each<SyncMode>(['full_refresh', 'incremental'])('is that it was read, at first, in %s', async (mode) => {
    await using tenant = await tenantOf(6);
    const began = Date.now();
    const first = await sync(tenant, { mode });
    const table = coverage(first);
    expect(statusesIn(table)).toEqual(allAs(appsOf(tenant), 'read'));
    for (const { resourceId, name, spaceId = null } of appsOf(tenant)) {
      const row = table.get(resourceId);
      expect(row).toMatchObject({ appId: resourceId, name, reasonCode: null, message: null, remedy: null });
      expect(row?.spaceId ?? null).toBe(spaceId);
      const readAtMs = Date.parse(String(row?.lastReadAt));
      expect(readAtMs).toBeGreaterThanOrEqual(began);
      expect(readAtMs).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is that it is unchanged in the next sync, and nothing is told in the one after it', async () => {
    await using tenant = await tenantOf(6);
    const first = await sync(tenant);
    const second = await sync(tenant, { after: [first] });
    expect(statusesIn(coverage(first, second))).toEqual(allAs(appsOf(tenant), 'unchanged'));
    const readAt = (table: ReturnType<typeof coverage>) => [...table.values()].map(({ lastReadAt }) => lastReadAt);
    expect(readAt(coverage(first, second))).toEqual(readAt(coverage(first)));
    const [moved, gone] = appsOf(tenant) as [Item, Item];
    tenant.data.items.change(moved.id, { updatedAt: '2031-01-01T00:00:00.000Z', name: 'Renamed' });
    tenant.data.items.delete(gone.id);
    const third = await sync(tenant, { after: [first, second] });
    expect(recordsOf(third.lines, NAME)).toHaveLength(2);
    const table = coverage(first, second, third);
    expect(statusesIn(table)).toEqual({ ...allAs(appsOf(tenant), 'unchanged'), [moved.resourceId]: 'read' });
    expect(table.get(moved.resourceId)?.name).toBe('Renamed');
    const fourth = await sync(tenant, { after: [third] });
    expect(recordsOf(fourth.lines, NAME).map(({ appId, status }) => [appId, status])).toEqual([
      [moved.resourceId, 'unchanged'],
    ]);
    expect(recordsOf((await sync(tenant, { after: [fourth] })).lines, NAME)).toEqual([]);
  });

  it.each<SyncMode>(['full_refresh', 'incremental'])('is why it could not be read, in %s', async (mode) => {
    await using tenant = await tenantOf(9);
    const apps = appsOf(tenant);
    const faults: readonly [EngineFault, status: string, code: string, remedy: RegExp][] = [
      [{ close: 4203 }, 'denied', 'CLOSE-4203', /Can view/],
      [{ http: 403 }, 'denied', 'HTTP-403', /Can view/],
      [{ method: 'OpenDoc', error: 1003 }, 'vanished', 'ENGINE-1003', /deleted/],
      [{ close: 1011 }, 'failed', 'CLOSE-1011', /later/],
      [{ method: 'GetObjects', error: 15 }, 'failed', 'ENGINE-15', /later/],
    ];
    for (const [index, [fault]] of faults.entries())
      tenant.engine.faults.add({ app: apps[index]?.resourceId ?? '', ...fault });
    const first = await sync(tenant, { mode });
    expect(statuses(first.lines, NAME).at(-1)).toBe('COMPLETE');
    const table = coverage(first);
    const expected = allAs(apps, 'read');
    for (const [index, [, status, reasonCode, remedy]] of faults.entries()) {
      const { resourceId } = apps[index] as Item;
      expected[resourceId] = status;
      expect(table.get(resourceId)).toMatchObject({
        reasonCode,
        message: expect.stringContaining(resourceId),
        remedy: expect.stringMatching(remedy),
        lastReadAt: null,
      });
    }
    expect(statusesIn(table)).toEqual(expected);
    const schema = { ...recordSchema(app_coverage), additionalProperties: false };
    const fits = addFormats.default(new Ajv().addKeyword('airbyte_type')).compile(schema);
    for (const row of recordsOf(first.lines, NAME)) expect(fits(row)).toBe(true);
    tenant.engine.faults.clear();
    const second = await sync(tenant, { mode, after: [first] });
    // Every refused app is tried again, since one of its space was.
    const wasRead = Object.fromEntries(Object.entries(expected).filter(([, status]) => status !== 'read'));
    for (const appId of Object.keys(wasRead)) wasRead[appId] = 'read';
    expect(statusesIn(coverage(first, second))).toMatchObject(wasRead);
  });

  it('says nothing of what is asked of it over REST alone', async () => {
    await using tenant = await tenantOf(6);
    const [refused] = appsOf(tenant) as [Item];
    tenant.faults.add({ path: `/api/v1/apps/${refused.resourceId}/data/metadata`, status: 400 });
    const wish = { streams: [...STREAMS, 'app_tables'] };
    const first = await sync(tenant, wish);
    expect(statuses(first.lines, 'app_tables').at(-1)).toBe('INCOMPLETE');
    expect(statusesIn(coverage(first))).toEqual(allAs(appsOf(tenant), 'read'));
    tenant.engine.counts.reset();
    const second = await sync(tenant, { ...wish, after: [first] });
    expect(statuses(second.lines, 'app_tables').at(-1)).toBe('INCOMPLETE');
    expect(statusesIn(coverage(first, second))).toEqual(allAs(appsOf(tenant), 'unchanged'));
    expect(tenant.engine.counts.upgrades).toBe(0);
  });

  it('is which setting keeps it out', async () => {
    await using tenant = await tenantOf(14);
    const spaceIds = [...new Set(appsOf(tenant).flatMap(({ spaceId }) => spaceId ?? []))];
    const [one = '', other = ''] = spaceIds;
    expect(spaceIds.length).toBeGreaterThan(2);
    const config = apiKeySettings(tenant, {
      include_spaces: [one, other],
      exclude_spaces: [other],
      include_personal_apps: false,
    });
    const outcome = await sync(tenant, { config });
    for (const { resourceId, spaceId } of appsOf(tenant)) {
      const inSpace = spaceId === other ? 'exclude_spaces' : 'include_spaces';
      const setting = spaceId === undefined ? 'include_personal_apps' : inSpace;
      const isAdmitted = spaceId === one;
      expect(coverage(outcome).get(resourceId)).toMatchObject({
        status: isAdmitted ? 'read' : 'not_admitted',
        reasonCode: isAdmitted ? null : setting,
        remedy: isAdmitted ? null : expect.stringContaining(setting),
      });
    }
    expect(recordsOf(outcome.lines, 'apps').length).toBeLessThan(appsOf(tenant).length);
  });

  it('is that nobody looked, where neither sheets nor charts are chosen; no app is opened for it', async () => {
    await using tenant = await tenantOf(4);
    const outcome = await sync(tenant, { streams: [NAME] });
    expect(statuses(outcome.lines, NAME).at(-1)).toBe('COMPLETE');
    expect(statusesIn(coverage(outcome))).toEqual(allAs(appsOf(tenant), 'not_read'));
    expect(coverage(outcome).values().next().value?.remedy).toMatch(/sheets or charts/);
    expect(tenant.engine.counts.upgrades).toBe(0);
    expect(tenant.counts.paths['/api/v1/items']).toBe(1);
  });

  it('is told where no session begins at all, and where the credentials are refused in the middle', async () => {
    await using tenant = await tenantOf(5);
    tenant.engine.faults.add({ http: 403 });
    const closed = await sync(tenant);
    expect(statuses(closed.lines, 'sheets').at(-1)).toBe('INCOMPLETE');
    expect(statusesIn(coverage(closed))).toEqual(allAs(appsOf(tenant), 'failed'));
    expect([...coverage(closed).values()][0]?.message).toMatch(/wss:\/\//);
    tenant.engine.faults.clear();
    tenant.engine.faults.add({ http: 401, after: 2 });
    const refused = await sync(tenant, { config: apiKeySettings(tenant, { concurrent_apps: 1 }) });
    const counts = Object.groupBy(coverage(refused).values(), ({ status }) => String(status));
    expect(counts.read).toHaveLength(2);
    expect(counts.failed).toHaveLength(3);
    for (const { reasonCode } of counts.failed ?? []) expect(reasonCode).toBe('HTTP-401');
  });

  it('is not taken for a matter of single apps by a later read, where a walk broke off before it was judged', async () => {
    await using tenant = await tenantOf(6);
    const config = apiKeySettings(tenant, { concurrent_apps: 1 });
    tenant.engine.faults.add({ http: 403, times: 5 });
    tenant.engine.faults.add({ http: 401 });
    const broken = await sync(tenant, { config });
    expect(broken.exitCode).toBe(1);
    tenant.engine.faults.clear();
    tenant.engine.faults.add({ http: 403 });
    const closed = await sync(tenant, { config, after: [broken] });
    expect(closed.exitCode).toBe(1);
    expect(statuses(closed.lines, 'sheets').at(-1)).toBe('INCOMPLETE');
    expect(statusesIn(coverage(broken, closed))).toEqual(allAs(appsOf(tenant), 'failed'));
    tenant.engine.faults.clear();
    const healed = await sync(tenant, { config, after: [broken, closed] });
    expect(healed.exitCode).toBe(0);
    expect(statusesIn(coverage(broken, closed, healed))).toEqual(allAs(appsOf(tenant), 'read'));
  });

  it('harms no other stream where an app that is kept out has no id', async () => {
    await using tenant = await tenantOf(14);
    const personal = appsOf(tenant).filter(({ spaceId }) => spaceId === undefined);
    expect(personal.length).toBeGreaterThan(0);
    tenant.faults.mutate = (text, url) =>
      url.pathname.endsWith('/items') ? text.replaceAll(`"resourceId":"${personal[0]?.resourceId}",`, '') : text;
    const outcome = await sync(tenant, { config: apiKeySettings(tenant, { include_personal_apps: false }) });
    for (const name of ['apps', 'sheets', 'charts']) expect(statuses(outcome.lines, name).at(-1)).toBe('COMPLETE');
    expect(statuses(outcome.lines, NAME).at(-1)).toBe('INCOMPLETE');
    expect(coverage(outcome).size).toBe(appsOf(tenant).length - 1);
  });

  it('shows no secret that the engine repeats, however long its words', async () => {
    await using tenant = await tenantOf(3);
    const [one, other] = appsOf(tenant) as [Item, Item];
    const said = `${'why '.repeat(110)}Bearer ${tenant.apiKey}${'.'.repeat(200)}`;
    tenant.engine.faults.add({ app: one.resourceId, method: 'OpenDoc', error: 5, message: said });
    tenant.engine.faults.add({ app: other.resourceId, sessionState: `SESSION_ERROR_APP_ACCESS_DENIED ${said}` });
    const outcome = await sync(tenant);
    const printed = outcome.lines.map((line) => JSON.stringify(line)).join('\n');
    expect(leaks(printed, [tenant.apiKey, tenant.apiKey.slice(0, 12)])).toEqual([]);
    expect(printed).toContain('why why');
  });

  it('is not told where the apps cannot be listed to their end', async () => {
    await using tenant = await tenantOf(5);
    const first = await sync(tenant);
    tenant.faults.add({ path: '/api/v1/items', status: 403 });
    const second = await sync(tenant, { after: [first] });
    expect(statuses(second.lines, NAME).at(-1)).toBe('INCOMPLETE');
    expect(recordsOf(second.lines, NAME)).toEqual([]);
    expect(errorsOf(second.lines).find(({ stream_descriptor }) => stream_descriptor?.name === NAME)?.message).toMatch(
      /403/,
    );
  });
});
