import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../src/cdk/testing/lines.ts';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import { forgetOldest, isUnderWay } from '../../src/simulator/data/reloads.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { Connection, endOf, WELL } from '../support/connection.ts';
import { runHere } from '../support/in-process.ts';
import { apiKeySettings, type Run } from '../support/program.ts';
import { plainTenant } from '../support/random-edits.ts';
import { appsOf } from '../support/streams/random-edit.ts';

const SIZE = { users: 5, groups: 2, roles: 2, spaces: 4, connections: 2, apps: 12, sheets: 1, charts: 1 };

/** A tenant, and a warehouse of its reloads. */
async function scene({ reloadsOfAllApps = true } = {}) {
  const tenant = await plainTenant(SIZE);
  Object.assign(tenant.dials, { reloadsOfAllApps });
  const connection = new Connection(tenant, apiKeySettings(tenant), ['reloads']);
  const sync = async (settings = {}) => {
    tenant.counts.reset();
    const outcome = await connection.sync({ settings });
    const sent = outcome.lines.flatMap(({ record }) => (record ? [String(record.data.id)] : []));
    return { outcome, sent: sent.toSorted(), asked: tenant.counts.paths['/api/v1/reloads'] ?? 0 };
  };
  return { tenant, connection, sync, [Symbol.asyncDispose]: () => tenant.close() };
}

const idsOf = (tenant: SimulatedTenant, fits: (appId: string) => boolean = () => true) =>
  [...tenant.data.reloads.all()].flatMap(({ id, appId }) => (fits(appId) ? [id] : [])).toSorted();
const first = ({ data }: SimulatedTenant) =>
  appsOf(data).find(({ item }) => item.resourceAttributes.lastReloadTime) as AppDocument;

describe('reloads of the whole tenant', () => {
  it('are listed newest first, until those that were delivered; those of deleted apps are among them', async () => {
    await using there = await scene();
    const { tenant, connection, sync } = there;
    expect((await sync()).sent).toEqual(idsOf(tenant));
    expect(connection.differences()).toEqual([]);
    expect(await sync()).toMatchObject({ sent: [], asked: 1 });
    const failed = first(tenant).reloads.run('FAILED');
    expect(await sync()).toMatchObject({ sent: [failed], asked: 1 });
    expect(connection.differences()).toEqual([]);
  });

  it('are followed to their end, and stay where Qlik forgets them', async () => {
    await using there = await scene();
    const { tenant, connection, sync } = there;
    const { reloads } = first(tenant);
    await sync();
    const id = reloads.queue();
    expect((await sync()).sent).toEqual([id]);
    reloads.begin(id);
    expect((await sync()).sent).toEqual([id]);
    reloads.end(id, 'EXCEEDED_LIMIT');
    expect((await sync()).sent).toEqual([id]);
    expect(connection.differences()).toEqual([]);
    const forgotten = forgetOldest(tenant.data.reloads, 5);
    expect((await sync()).sent).toEqual([]);
    const left = forgotten.map((one) => `reloads: still has ${one.id}`);
    expect(connection.differences().toSorted()).toEqual(left.toSorted());
  });

  it('come without their logs', async () => {
    await using there = await scene();
    const { lines } = (await there.sync()).outcome;
    expect(lines.filter(({ record }) => record).length).toBeGreaterThan(30);
    expect(JSON.stringify(lines)).not.toContain(SECRET_MARK);
    expect(Object.keys(lines.find(({ record }) => record)?.record?.data ?? {})).not.toContain('log');
  });
});

describe('reloads that may not be listed all at once', () => {
  it('are asked for app by app, where something has happened to one', async () => {
    await using there = await scene({ reloadsOfAllApps: false });
    const { tenant, sync } = there;
    const apps = new Set(appsOf(tenant.data).map(({ appId }) => appId));
    const { sent, asked, outcome } = await sync();
    expect(endOf(outcome, ['reloads'])).toEqual(WELL);
    expect(sent).toEqual(idsOf(tenant, (appId) => apps.has(appId)));
    expect(asked).toBe(1 + apps.size);
    expect(await sync()).toMatchObject({ sent: [], asked: 1 });
    const ended = first(tenant).reloads.run();
    expect(await sync()).toMatchObject({ sent: [ended], asked: 2 });
  });

  it('show where a reload has failed, though it moves no time of the app', async () => {
    await using there = await scene({ reloadsOfAllApps: false });
    const { tenant, sync } = there;
    await sync();
    const { item, reloads } = first(tenant);
    const { updatedAt, resourceUpdatedAt } = item;
    const failed = reloads.run('FAILED');
    tenant.data.items.change(item.id, { updatedAt, resourceUpdatedAt });
    expect(await sync()).toMatchObject({ sent: [failed], asked: 2 });
  });

  it('show what is queued when the app moves or is due', async () => {
    await using there = await scene({ reloadsOfAllApps: false });
    const { tenant, sync } = there;
    await sync();
    const queued = first(tenant).reloads.queue();
    expect((await sync()).sent).toEqual([]);
    expect((await sync({ reread_apps_after_days: 0 })).sent).toEqual([queued]);
  });

  it('are those of the apps that the settings choose', async () => {
    await using there = await scene();
    const { tenant, sync } = there;
    const [spaceId] = [...tenant.data.items.all()].flatMap((item) => (item.spaceId ? [item.spaceId] : []));
    const chosen = new Set(appsOf(tenant.data).flatMap(({ item, appId }) => (item.spaceId === spaceId ? [appId] : [])));
    expect(chosen.size).toBeGreaterThan(0);
    const { sent, asked } = await sync({ include_spaces: [spaceId], include_personal_apps: false });
    expect(sent).toEqual(idsOf(tenant, (appId) => chosen.has(appId)));
    expect(asked).toBe(chosen.size);
  });

  it('are not looked at again where the settings do not choose the app any more', async () => {
    await using there = await scene();
    const { tenant, sync } = there;
    const document = appsOf(tenant.data).find(({ item }) => item.spaceId) as AppDocument;
    const queued = document.reloads.queue();
    await sync();
    document.reloads.begin(queued);
    expect((await sync({ exclude_spaces: [document.item.spaceId] })).sent).toEqual([]);
  });

  it('of an app that shows none are named at every sync', async () => {
    await using there = await scene({ reloadsOfAllApps: false });
    const { tenant, sync } = there;
    const { appId } = first(tenant);
    tenant.faults.add({ path: new RegExp(`reloads\\?.*appId=${appId}`), status: 403 });
    for (let round = 0; round < 2; round += 1) {
      const { outcome } = await sync();
      expect(outcome.exitCode).toBe(0);
      expect(warningsOf(outcome.lines)).toEqual([expect.stringContaining(appId)]);
    }
  });
});

describe('check of reloads', () => {
  const check = async (prepare: (tenant: SimulatedTenant) => unknown): Promise<Run> => {
    await using tenant = await plainTenant(SIZE);
    await prepare(tenant);
    return await runHere('check', { tenant });
  };

  it('succeeds where they may be read app by app', async () => {
    const { connectionStatus } = await check((tenant) => {
      tenant.dials.reloadsOfAllApps = false;
    });
    expect(connectionStatus?.message).not.toContain('cannot be read');
  });

  it('names them where they may not', async () => {
    const { connectionStatus } = await check((tenant) => tenant.faults.forbid('reloads'));
    expect(connectionStatus?.message).toMatch(/reloads cannot be read: App [^ ]+: its reloads are not shown \(403\)/);
  });
});

it('has reloads under way to be read', async () => {
  await using tenant = await plainTenant(SIZE);
  expect([...tenant.data.reloads.all()].some(isUnderWay)).toBe(true);
});
