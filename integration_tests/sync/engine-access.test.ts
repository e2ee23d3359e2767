import { describe, expect, it } from 'vitest';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { configured, discovered, only, type Run } from '../support/program.ts';
import { WITHOUT_ENGINE } from '../support/stream-tests.ts';
import { truthOf } from '../support/truth.ts';

/** A small tenant with something wrong on the way to its apps. */
async function tenantWith(...faults: EngineFault[]): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant({ users: 4, apps: 5, sheets: 2, charts: 2 });
  tenant.data.documents.propertyPadding = 0;
  for (const fault of faults) tenant.engine.faults.add(fault);
  return tenant;
}

const inApps = () => only('sheets', 'charts');
const IN_APPS = ['sheets', 'charts'];
const COMPLETE = { sheets: 'COMPLETE', charts: 'COMPLETE' };

/** An incremental read that goes on from another. */
async function readOn(tenant: SimulatedTenant, before?: Run, streams: readonly string[] = IN_APPS): Promise<Run> {
  tenant.engine.counts.reset();
  const catalog = configured(
    (await discovered()).filter(({ name }) => streams.includes(name)),
    'incremental',
  );
  return runHere('read', { tenant, catalog, state: before?.messages.filter(({ type }) => type === 'STATE') });
}

const keysOf = (rows: readonly Json[] = []) => rows.map(({ appId, id }) => `${appId} ${id}`).sort();
const warningsOf = ({ messages }: Run) => messages.filter(({ log }) => log?.level === 'WARN');

describe.concurrent('where no WebSocket comes about', () => {
  it.each([403, 404])('%d in place of every session is no app that is closed', async (http) => {
    await using tenant = await tenantWith({ http });
    const result = await runHere('read', { tenant, catalog: await inApps() });
    expect(result.ends).toEqual({ sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    expect(result.errorOf('sheets')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/wss:/),
    });
  });

  it('an incremental read is as wise, and the next one tries every app again', async () => {
    await using tenant = await tenantWith({ http: 403 });
    const closed = await readOn(tenant);
    expect(closed.ends).toEqual({ sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    expect(closed.errorOf('sheets')).toMatchObject({ message: expect.stringMatching(/wss:/) });
    const apps = tenant.engine.counts.upgrades;
    tenant.engine.faults.clear();
    const open = await readOn(tenant, closed);
    expect(open.ends).toEqual(COMPLETE);
    expect(warningsOf(open)).toEqual([]);
    expect(tenant.engine.counts.opens).toBe(apps);
    const truth = truthOf(tenant, IN_APPS);
    for (const name of IN_APPS) expect(keysOf(open.rows(name))).toEqual(keysOf(truth[name]));
  });

  it('check says so, and why', async () => {
    await using tenant = await tenantWith({ http: 404 });
    const { connectionStatus } = await runHere('check', { tenant });
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    expect(connectionStatus?.message).toMatch(
      new RegExp(`${WITHOUT_ENGINE}.*Sheets and charts cannot be read.*404`, 's'),
    );
  });
});

describe.concurrent('where some of it is closed', () => {
  it('one app whose session is refused is named, and no failure', async () => {
    await using tenant = await tenantWith({ http: 403, times: 1 });
    const result = await runHere('read', { tenant, catalog: await inApps() });
    expect(result.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
    expect(result.messages.filter(({ log }) => log?.level === 'WARN')).toHaveLength(1);
  });

  it('the app is named by every incremental read, and tried again by each', async () => {
    await using tenant = await tenantWith({ http: 403, times: 1 });
    const first = await readOn(tenant);
    const [warning] = warningsOf(first);
    const closed = [...tenant.data.items.all()].find(({ resourceId }) => warning?.log?.message.includes(resourceId));
    const open = tenant.engine.faults.add({ http: 403, app: closed?.resourceId ?? '' });
    const second = await readOn(tenant, first);
    expect(second.ends).toEqual(COMPLETE);
    expect(warningsOf(second).map(({ log }) => log)).toEqual([warning?.log]);
    expect(tenant.engine.counts).toMatchObject({ upgrades: 1, opens: 0 });
    open();
    const third = await readOn(tenant, second);
    expect(tenant.engine.counts.opens).toBe(1);
    expect(warningsOf(third)).toEqual([]);
    expect(new Set(third.rows('charts').map(({ appId }) => appId))).toEqual(new Set([closed?.resourceId]));
  });

  it('a role in a space that was just granted shows in the next incremental read, in all apps of the space', async () => {
    await using tenant = await startSimulatedTenant({ apps: 24, users: 4, sheets: 1, charts: 1 });
    tenant.engine.dials.managedApps = 'close';
    const streams = [...IN_APPS, 'app_coverage'];
    const { items, spaces, plan } = tenant.data;
    const shut = [...items.all()].filter(
      ({ resourceType, spaceId = '', ownerId }) =>
        resourceType === 'app' && spaces.get(spaceId)?.type === 'managed' && ownerId !== plan.adminId,
    );
    const ids = shut.map(({ resourceId }) => resourceId).sort();
    const spaceIds = new Set(shut.map(({ spaceId }) => spaceId));
    expect(shut.length).toBeGreaterThan(spaceIds.size);
    const statuses = (run: Run, status: string) =>
      run
        .rows('app_coverage')
        .filter((row) => row.status === status)
        .map(({ appId }) => appId)
        .sort();
    const first = await readOn(tenant, undefined, streams);
    expect(statuses(first, 'denied')).toEqual(ids);
    const second = await readOn(tenant, first, streams);
    expect(warningsOf(second)).toHaveLength(ids.length);
    expect(statuses(second, 'read')).toEqual([]);
    expect(tenant.engine.counts).toMatchObject({ upgrades: spaceIds.size, opens: 0 });
    tenant.engine.dials.managedApps = 'opened';
    const third = await readOn(tenant, second, streams);
    expect(third.ends).toEqual({ ...COMPLETE, app_coverage: 'COMPLETE' });
    expect(warningsOf(third)).toEqual([]);
    expect(statuses(third, 'read')).toEqual(ids);
    expect(tenant.engine.counts.opens).toBe(ids.length);
    const truth = truthOf(tenant, IN_APPS);
    for (const name of IN_APPS)
      expect(keysOf([first, third].flatMap((run) => run.rows(name)))).toEqual(keysOf(truth[name]));
  });

  it('an app that is closed after its sheets were told leaves charts INCOMPLETE', async () => {
    await using tenant = await tenantWith({ method: 'GetFullPropertyTree', close: 4203, times: 1 });
    const result = await runHere('read', { tenant, catalog: await inApps() });
    expect(result.ends.charts).toBe('INCOMPLETE');
    expect(result.errorOf('charts')?.failure_type).toBe('config_error');
  });

  it('and the next incremental read makes up for that app alone', async () => {
    await using tenant = await tenantWith({ method: 'GetFullPropertyTree', close: 4203, times: 1 });
    const first = await readOn(tenant);
    expect(first.ends.charts).toBe('INCOMPLETE');
    const second = await readOn(tenant, first);
    expect(second.ends).toEqual(COMPLETE);
    expect(tenant.engine.counts.opens).toBe(1);
    expect(new Set(second.rows('charts').map(({ appId }) => appId)).size).toBe(1);
    const both = [...first.rows('charts'), ...second.rows('charts')];
    expect(keysOf(both)).toEqual(keysOf(truthOf(tenant, IN_APPS).charts));
  });

  it('check tries all that charts take', async () => {
    await using tenant = await tenantWith({ method: 'CreateSessionObject', error: 5 });
    const { connectionStatus } = await runHere('check', { tenant });
    expect(connectionStatus?.message).toMatch(new RegExp(`${WITHOUT_ENGINE}.*CreateSessionObject`, 's'));
  });

  it('an app that the engine lets go of is opened again', async () => {
    await using tenant = await tenantWith();
    const whole = await runHere('read', { tenant, catalog: await inApps() });
    tenant.engine.faults.add({ method: 'GetObject', dropsHandle: true, times: 1 });
    const broken = await runHere('read', { tenant, catalog: await inApps() });
    expect(broken.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
    expect(broken.rows('charts')).toHaveLength(whole.rows('charts').length);
  });
});
