import { describe, expect, it } from 'vitest';
import { errorsOf, warningsOf } from '../../src/cdk/testing/lines.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { EngineDials } from '../../src/simulator/engine/engine-dials.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import {
  appsOf,
  type Case,
  COMPLETE,
  ends,
  IN_APPS,
  inApps,
  socketsOf,
  sync,
  syncWith,
  tenantOf,
} from '../support/engine-tenant.ts';
import { runHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { only } from '../support/program.ts';
import { deliveredBy } from '../support/truth.ts';
import { truthInApps } from '../support/truth-in-apps.ts';

describe.concurrent('many calls that fail at once', () => {
  it('make one new session, and only what was not answered is asked again', async () => {
    const dials: Partial<EngineDials> = { answers: 'inOrder', strangeNotifications: false, pushes: false };
    await using tenant = await tenantOf({ apps: 1, sheets: 1, charts: 0 }, dials);
    const [app] = [...tenant.data.items.all()].map(({ resourceId }) => tenant.data.document(resourceId));
    if (!app) throw new Error('there is no app');
    for (const id of app.sheetIds()) app.edit.delete(id);
    for (let sheet = 0; sheet < 12; sheet++) app.edit.addChart(app.edit.addSheet({ charts: 0 }), { kind: 'barchart' });
    tenant.engine.faults.add({ method: 'GetFullPropertyTree', after: 5, times: 1, close: 1012 });
    const outcome = await sync(tenant);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    const { opens, visits, methods, sessionsOpen } = tenant.engine.counts;
    expect({ opens, sessionsOpen }).toEqual({ opens: 2, sessionsOpen: 0 });
    expect(methods).toMatchObject({ OpenDoc: 2, GetAppLayout: 2, GetObjects: 2, CreateSessionObject: 2 });
    // Five of the trees were there, of sheets and of the three master visualizations. The others are asked for again.
    const [, second] = visits;
    expect(second?.messages).toBeGreaterThanOrEqual(2 + 2 * 7);
    expect(second?.messages).toBeLessThanOrEqual(2 + 2 * 7 + 2 * 3);
  });

  it('and fail again, share one patience', async () => {
    await using tenant = await tenantOf({ apps: 3, sheets: 20, charts: 1 });
    const [app] = appsOf(tenant) as [AppDocument];
    tenant.engine.faults.add({ app: app.appId, method: 'GetFullPropertyTree', close: 4003, times: 2 });
    const outcome = await sync(tenant);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(socketsOf(tenant, app.appId)).toHaveLength(3);
  });
});

describe.concurrent('an engine that has enough', () => {
  const BUSY: readonly Case[] = [
    ['4005', { close: 4005, times: 1 }],
    ['4205', { close: 4205, times: 1 }],
    ['4230', { close: 4230, times: 1 }],
    ['4240 on opening', { method: 'OpenDoc', close: 4240, times: 1 }],
    ['a limit of sessions', { at: 'connect', sessionState: 'SESSION_ERROR_LIMIT_EXCEEDED', times: 1 }],
  ];

  it('is waited for', async () => {
    const { tenant, outcome, appOf } = await syncWith(BUSY);
    await using _ = tenant;
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(warningsOf(outcome.lines)).toEqual([]);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    for (const [name] of BUSY) expect(socketsOf(tenant, appOf(name))).toHaveLength(2);
  });

  it('keeps sheets and charts waiting as long as it says, and nobody else', async () => {
    await using tenant = await tenantOf({ apps: 4 });
    tenant.engine.faults.add({ http: 429, headers: { 'retry-after': '2' }, times: 1 });
    const began = Date.now();
    const catalog = await only('users', 'apps', 'sheets', 'charts');
    const result = await runHere('read', { tenant, catalog });
    expect(result.code).toBe(0);
    expect(deliveredBy(result, IN_APPS)).toEqual(truthInApps(tenant));
    const waits = (stream: string) => result.statuses(stream).flatMap(({ reasons }) => reasons ?? []);
    for (const stream of IN_APPS) {
      expect(waits(stream)).toEqual([{ type: 'RATE_LIMITED', rate_limited: { quota_reset: expect.any(Number) } }]);
      const untilMs = waits(stream)[0]?.rate_limited.quota_reset ?? 0;
      expect(Number.isInteger(untilMs)).toBe(true);
      expect(untilMs).toBeGreaterThan(began + 2_000);
      expect(untilMs).toBeLessThanOrEqual(Date.now());
    }
    for (const stream of ['users', 'apps']) expect(waits(stream)).toEqual([]);
  });

  it('has no more sessions open than it grants, and a visit never holds two', async () => {
    await using tenant = await tenantOf({ apps: 8, sheets: 2, charts: 3 }, { sessionLimit: 3 });
    for (const { appId } of appsOf(tenant))
      tenant.engine.faults.add({ app: appId, method: 'GetObject', close: 4003, times: 1 });
    const outcome = await sync(tenant, { concurrentApps: 3 });
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(tenant.engine.counts.visits.map(({ closeCode }) => closeCode)).not.toContain(4005);
    expect(tenant.engine.counts.mostSessionsOpen).toBeLessThanOrEqual(3);
  });
});

describe.concurrent('another way is found', () => {
  it.each(['unknown', 'invalid', 'emptyMeta'] as const)('where GetObjects is %s: lists of the session', async (way) => {
    await using tenant = await tenantOf({ apps: 4 }, { getObjects: way });
    const outcome = await sync(tenant);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(tenant.engine.counts).toMatchObject({ layouts: {}, writes: 0 });
  });

  it.each(['error', 'close'] as const)('where trees are too large, told by %s: in pieces', async (way) => {
    await using tenant = await tenantOf({ apps: 2 }, { tooLarge: way, largestAnswerBytes: 25_000 });
    tenant.data.documents.propertyPadding = 1;
    const outcome = await sync(tenant);
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(tenant.engine.counts.methods.GetChildInfos).toBeGreaterThan(10);
  });

  it.each<[string, EngineFault]>([
    ['19', { method: 'GetFullPropertyTree', error: 19 }],
    ['1015', { method: 'GetFullPropertyTree', error: 1015 }],
    ['a socket that fails again and again under the same one', { method: 'GetFullPropertyTree', close: 1006 }],
  ])('where trees are too large, told by %s: in pieces', async (_, fault) => {
    await using tenant = await tenantOf({ apps: 3 });
    const [app] = appsOf(tenant) as [AppDocument];
    const [sheet = ''] = app.sheetIds(tenant.data.plan.adminId);
    tenant.engine.faults.add({ app: app.appId, object: sheet, ...fault });
    const outcome = await sync(tenant);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(socketsOf(tenant, app.appId).length).toBeLessThanOrEqual(4);
  });

  it.each<[string, EngineFault]>([
    ['gone when it is fetched', { method: 'GetObject', gone: true }],
    ['not found', { method: 'GetObject', error: 2 }],
    ['dropped while it is asked', { method: 'GetFullPropertyTree', dropsHandle: true }],
    ['deleted as it is asked', { method: 'GetFullPropertyTree', error: 2 }],
  ])('around a sheet that is %s: all others have their charts', async (_, fault) => {
    await using tenant = await tenantOf({ apps: 4, sheets: 2 });
    const app = appsOf(tenant).find((document) => document.charts().length > 0) as AppDocument;
    const empty = app.edit.addSheet({ charts: 2 });
    tenant.engine.faults.add({ app: app.appId, object: empty, ...fault });
    const outcome = await sync(tenant);
    expect(ends(outcome)).toEqual(COMPLETE);
    const truth = truthInApps(tenant);
    expect(inApps(outcome).sheets).toEqual(truth.sheets);
    const others = ({ sheetId }: Json) => sheetId !== empty;
    expect(inApps(outcome).charts?.filter(others)).toEqual(truth.charts?.filter(others));
  });

  it('through notifications that nobody knows, in any order of the answers, without compression', async () => {
    await using tenant = await tenantOf(
      { apps: 4 },
      { leadingNotification: true, answers: 'shuffled', latencyMs: 3, compression: 'off', getObjectsLists: 'children' },
    );
    const notification = { method: 'OnNoEngineAvailable', params: { severity: 'info' } };
    tenant.engine.faults.add({ method: 'GetObjects', notification });
    const outcome = await sync(tenant);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
  });
});
