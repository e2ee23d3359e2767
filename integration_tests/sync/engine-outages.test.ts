import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject, SyncMode } from '../../src/cdk/protocol/messages.ts';
import { errorsOf, recordsOf, statuses, warningsOf } from '../../src/cdk/testing/lines.ts';
import type { Patience } from '../../src/qlik/retry.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { EngineDials } from '../../src/simulator/engine/engine-dials.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import {
  appsOf,
  brokenSessions,
  type Case,
  COMPLETE,
  documentsIn,
  ERRORS,
  ends,
  errorTo,
  IN_APPS,
  inApps,
  METHODS,
  type Scene,
  socketsOf,
  sync,
  syncWith,
  tenantOf,
} from '../support/engine-tenant.ts';
import { runHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { IN_A_HURRY } from '../support/preloads.ts';
import { only, run } from '../support/program.ts';
import { deliveredBy } from '../support/truth.ts';
import { truthInApps } from '../support/truth-in-apps.ts';

/** What a test waits for comes late where the machine is busy. `expect.poll` is lost where tests run at the same time. */
const COMES_LATE = { timeout: 60_000 };

const LITTLE: Patience = { retryMs: 0, pauseMs: 0 };

/** A program that leaves a visit while questions are in flight, and has nothing else to do. */
async function leaveAmid(method: string, fault: EngineFault) {
  await using tenant = await tenantOf({ apps: 1 });
  tenant.engine.faults.add({ method, ...fault });
  const [{ resourceId } = { resourceId: '' }] = tenant.data.items.all();
  const program = spawn(process.execPath, ['--input-type=module', '--eval', leaving(tenant, resourceId)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = Promise.all([text(program.stdout), once(program, 'close')]);
  await vi.waitFor(() => expect(tenant.engine.counts.methods[method] ?? 0).toBeGreaterThan(0), COMES_LATE);
  program.stdin.end();
  const [said, [code]] = await ended;
  return { said, code: code as number | null };
}

function leaving({ url, apiKey }: SimulatedTenant, id: string): string {
  const settings = {
    tenantUrl: url,
    credentials: { type: 'api_key', apiKey },
    scope: { includeSpaces: [], excludeSpaces: [], includePersonalApps: true },
  };
  return `
    import { Tenant } from ${JSON.stringify(new URL('../../src/qlik/tenant.ts', import.meta.url))};
    const nothing = () => {};
    const options = { stop: new AbortController().signal, onSecret: nothing, onWait: nothing, onCall: nothing, onWarning: nothing };
    const tenant = new Tenant(${JSON.stringify(settings)}, options);
    const visit = tenant.visit({ id: '${id}', published: false });
    const asked = Promise.allSettled([visit.sheets(), visit.masterVisualizations()]);
    for await (const _ of process.stdin);
    await visit[Symbol.asyncDispose]();
    await tenant[Symbol.asyncDispose]();
    console.log((await asked).map(({ status }) => status).join());
    console.log(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length);
  `;
}

const LEFT_ALONE: Patience = { retryMs: 1_000, pauseMs: 0 };

describe.concurrent.each<SyncMode>(['full_refresh', 'incremental'])(
  'in %s apps that may not be opened, or are gone,',
  (mode) => {
    const CAN_VIEW = /role in the space, such as Can view/;
    const LISTED = /deleted, or taken out of sight, after it was listed/;
    const cases: readonly Case[] = [
      ['close 4203', { close: 4203 }, CAN_VIEW],
      ['close 4203 at OpenDoc', { method: 'OpenDoc', close: 4203 }, CAN_VIEW],
      ['error 5', { method: 'OpenDoc', error: 5 }, CAN_VIEW],
      ['403 at the upgrade', { http: 403 }, CAN_VIEW],
      [
        'access denied in the first words',
        { at: 'connect', sessionState: 'SESSION_ERROR_APP_ACCESS_DENIED' },
        CAN_VIEW,
      ],
      ['error 4000', { method: 'OpenDoc', error: 4000 }, CAN_VIEW],
      ['error 12002', { method: 'OpenDoc', error: 12002 }, CAN_VIEW],
      ['error 403', { method: 'OpenDoc', error: 403 }, CAN_VIEW],
      ['close 4204', { close: 4204 }, LISTED],
      ['404 at the upgrade', { http: 404 }, LISTED],
      ['error 1003', { method: 'OpenDoc', error: 1003 }, LISTED],
      ['error 1019', { method: 'OpenDoc', error: 1019 }, LISTED],
    ];
    let scene: Scene;
    beforeAll(async () => {
      scene = await syncWith(cases, { mode, patience: LEFT_ALONE });
    });
    afterAll(() => scene.tenant.close());

    it('are no failure, and keep nobody from the others', () => {
      const { outcome, tenant, appOf } = scene;
      expect(ends(outcome)).toEqual(COMPLETE);
      expect(outcome.exitCode).toBe(0);
      const out = new Set(cases.map(([name]) => appOf(name)));
      expect(inApps(outcome)).toEqual(truthInApps(tenant, (appId) => !out.has(appId)));
      expect(inApps(outcome).sheets).not.toEqual([]);
      expect(warningsOf(outcome.lines)).toHaveLength(cases.length);
      expect(tenant.engine.counts.sessionsOpen).toBe(0);
    });

    it.each(cases.map(([name, , says = /./]) => ({ name, says })))(
      'are named in one warning with reason and remedy: $name',
      ({ name, says }) => {
        const { outcome, tenant, appOf } = scene;
        const own = warningsOf(outcome.lines).filter((message) => message.includes(appOf(name)));
        expect(own).toEqual([expect.stringMatching(says)]);
        expect(own[0]).toMatch(/\d{3}|APP_ACCESS_DENIED/);
        expect(socketsOf(tenant, appOf(name)).length).toBeLessThanOrEqual(1);
      },
    );

    it('are not asked again, since time mends nothing here', () => {
      const { engine } = scene.tenant;
      expect(engine.counts.refusals).toEqual({ 403: 1, 404: 1 });
      expect(engine.counts.upgrades).toBe(documentsIn(scene.tenant));
    });

    it('are tried by the next sync, one of each space, which names them all, in incremental; a full refresh has come to its end', async () => {
      const { tenant, outcome, appOf } = scene;
      tenant.engine.counts.reset();
      const next = await sync(tenant, { mode, after: [outcome], patience: LEFT_ALONE });
      expect(ends(next)).toEqual(COMPLETE);
      const spaces = new Set(cases.map(([name]) => tenant.data.itemOfApp(appOf(name))?.spaceId));
      expect(spaces.size).toBeLessThan(cases.length);
      expect(tenant.engine.counts.upgrades).toBe(mode === 'incremental' ? spaces.size : 0);
      expect(inApps(next)).toEqual({ sheets: [], charts: [] });
      const named = mode === 'incremental' ? warningsOf(outcome.lines).toSorted() : [];
      expect(warningsOf(next.lines).toSorted()).toEqual(named);
    });

    it('are opened by a later sync once they have moved, and then have their rows', async () => {
      if (mode === 'full_refresh') return;
      const { tenant, outcome, appOf } = scene;
      const [one, other] = ['close 4203', 'error 1003'].map(appOf) as [string, string];
      tenant.engine.faults.clear();
      for (const [name] of cases) {
        const app = appOf(name);
        if (app !== one && app !== other) tenant.engine.faults.add({ app, http: 403 });
      }
      tenant.engine.counts.reset();
      for (const id of [one, other])
        tenant.data.items.change(tenant.data.itemOfApp(id)?.id ?? '', { updatedAt: '2031-01-01T00:00:00.000Z' });
      const later = await sync(tenant, { mode, after: [outcome], patience: LEFT_ALONE });
      expect(tenant.engine.counts.opens).toBe(2);
      expect(inApps(later)).toEqual(truthInApps(tenant, (appId) => [one, other].includes(appId)));
      expect(warningsOf(later.lines)).toHaveLength(cases.length - 2);
    });
  },
);

describe.concurrent('a broken session is opened again, once, and each row is sent once:', () => {
  const cases = brokenSessions([1006, 1011, 4003, 4206, 4220]);
  let scene: Scene;
  beforeAll(async () => {
    scene = await syncWith(cases);
  });
  afterAll(() => scene.tenant.close());

  it('all streams are COMPLETE, without a warning', () => {
    const { outcome, tenant } = scene;
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(outcome.exitCode).toBe(0);
    expect(warningsOf(outcome.lines)).toEqual([]);
    expect(tenant.engine.counts).toMatchObject({ sessionsOpen: 0, opensWithData: 0, writes: 0 });
    expect(new Set(tenant.engine.counts.identities).size).toBe(tenant.engine.counts.visits.length);
  });

  it.each(cases.map(([name]) => name))('%s', (name) => {
    const { tenant, appOf, delivered, truth } = scene;
    expect(truth(name).sheets?.length).toBeGreaterThan(1);
    expect(delivered(name)).toEqual(truth(name));
    expect(socketsOf(tenant, appOf(name))).toHaveLength(2);
  });
});

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
    // Five trees were there. The other seven are asked for again, and master visualizations that were not there either.
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

describe.concurrent('trouble of another kind is borne as well, and each row is sent once:', () => {
  const cases: readonly Case[] = [
    ...METHODS.map((method, index) => errorTo(method, ERRORS[index % ERRORS.length] ?? 0)),
    ['half a frame first', { at: 'connect', garbled: true, times: 1 }],
    ['half a frame for a list', { method: 'GetObjects', garbled: true, times: 1 }],
    ['half a frame for a tree', { method: 'GetFullPropertyTree', garbled: true, times: 1 }],
    ['a binary frame', { method: 'GetFullPropertyTree', binary: true, times: 1 }],
    ['open in a different mode', { method: 'OpenDoc', error: 1009, times: 1 }],
    ['open already', { method: 'OpenDoc', error: 1002, times: 1 }],
    ['502 at the upgrade', { http: 502, times: 1 }],
    ['a connection cut off at the upgrade', { at: 'upgrade', close: 1006, times: 1 }],
    ['an app without a handle', { method: 'OpenDoc', result: {}, times: 1 }],
    ['a list that is none', { method: 'GetObjects', result: null, times: 1 }],
    ['no engine at first', { at: 'connect', sessionState: 'SESSION_ERROR_APP_FAILURE', times: 1 }],
  ];
  let scene: Scene;
  beforeAll(async () => {
    scene = await syncWith(cases);
  });
  afterAll(() => scene.tenant.close());

  it('all streams are COMPLETE, without a warning', () => {
    const { outcome, tenant } = scene;
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(warningsOf(outcome.lines)).toEqual([]);
    expect(tenant.engine.counts).toMatchObject({ sessionsOpen: 0, opensWithData: 0, writes: 0 });
  });

  it.each(cases.map(([name]) => name))('%s', (name) => {
    const { tenant, appOf, delivered, truth } = scene;
    expect(truth(name).sheets?.length).toBeGreaterThan(1);
    expect(delivered(name)).toEqual(truth(name));
    expect(socketsOf(tenant, appOf(name)).length).toBeLessThanOrEqual(2);
  });

  it.each(METHODS)('the session is kept where only an answer failed: %s', (method) => {
    const isOpening = method === 'OpenDoc';
    const [name] = errorTo(method, ERRORS[METHODS.indexOf(method) % ERRORS.length] ?? 0);
    const sockets = socketsOf(scene.tenant, scene.appOf(name));
    expect(sockets).toHaveLength(isOpening ? 2 : 1);
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

describe.concurrent('credentials that end', () => {
  it('are renewed once by OAuth where all upgrades are answered with 401', async () => {
    await using tenant = await tenantOf({ apps: 6, sheets: 2, charts: 3 }, { privateSheets: 'all' });
    const revoke = () => tenant.credentials.revokeTokens();
    tenant.server.prependOnceListener('upgrade', revoke);
    const outcome = await sync(tenant, { byOAuth: true });
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(tenant.counts.tokenRequests).toBe(2);
    expect(tenant.engine.counts.opens).toBe(documentsIn(tenant));
  });

  it.each<[string, EngineFault]>([
    ['at the first words', { close: 4006, times: 1 }],
    ['amid trees', { method: 'GetFullPropertyTree', close: 4006, times: 1 }],
  ])('are renewed once by OAuth where the engine closes with 4006 %s', async (_, fault) => {
    await using tenant = await tenantOf({ apps: 4, sheets: 2, charts: 3 }, { privateSheets: 'all' });
    const [app] = appsOf(tenant) as [AppDocument];
    tenant.engine.faults.add({ app: app.appId, ...fault });
    const outcome = await sync(tenant, { byOAuth: true });
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(inApps(outcome)).toEqual(truthInApps(tenant));
    expect(tenant.counts.tokenRequests).toBe(2);
  });

  it.each<[string, EngineFault]>([
    ['401 at the upgrade', { http: 401 }],
    ['close 4006', { close: 4006 }],
    ['close 4006 amid trees', { method: 'GetFullPropertyTree', close: 4006 }],
  ])('are a matter of the settings where they are an API key: %s', async (_, fault) => {
    await using tenant = await tenantOf({ apps: 4, sheets: 2, charts: 3 });
    for (const { appId } of appsOf(tenant)) tenant.engine.faults.add({ app: appId, ...fault });
    const outcome = await sync(tenant);
    expect(statuses(outcome.lines, 'charts').at(-1)).toBe('INCOMPLETE');
    expect(statuses(outcome.lines, 'apps').at(-1)).toBe('COMPLETE');
    const [first] = errorsOf(outcome.lines);
    expect(first).toMatchObject({ failure_type: 'config_error', message: expect.stringMatching(/credentials/) });
    for (const { appId } of appsOf(tenant)) expect(socketsOf(tenant, appId).length).toBeLessThanOrEqual(1);
  });

  it('leave an incremental sync behind with what it could not open, and no app forgotten', async () => {
    await using tenant = await tenantOf({ apps: 6, sheets: 2, charts: 3 });
    const mode = 'incremental';
    const [, , third] = appsOf(tenant);
    tenant.engine.faults.add({ app: third?.appId ?? '', http: 401 });
    const refused = await sync(tenant, { mode, concurrentApps: 1 });
    expect(ends(refused)).toEqual({ apps: 'COMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    tenant.engine.faults.clear();
    const next = await sync(tenant, { mode, after: [refused] });
    expect(ends(next)).toEqual(COMPLETE);
    const [before, after, truth] = [inApps(refused), inApps(next), truthInApps(tenant)];
    for (const name of IN_APPS) {
      const both = [...(before[name] ?? []), ...(after[name] ?? [])];
      expect(both).toHaveLength(truth[name]?.length ?? 0);
      expect(both).toEqual(expect.arrayContaining(truth[name] ?? []));
      expect(before[name]).not.toEqual([]);
    }
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

describe.concurrent('an app that is deleted in the middle of its visit', () => {
  it('is named in a warning, and keeps nobody from the others', async () => {
    await using tenant = await tenantOf({ apps: 3 }, { latencyMs: 100 });
    const [app] = appsOf(tenant) as [AppDocument];
    const { appId } = app;
    const others = truthInApps(tenant, (id) => id !== appId);
    const mode = 'incremental';
    const syncing = sync(tenant, { mode, patience: { retryMs: 1_500, pauseMs: 0 } });
    await vi.waitFor(() => expect(socketsOf(tenant, appId)[0]?.messages).toBeGreaterThan(3), {
      ...COMES_LATE,
      interval: 5,
    });
    tenant.data.items.delete(app.item.id);
    const outcome = await syncing;
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(ends(outcome)).toEqual(COMPLETE);
    expect(warningsOf(outcome.lines)).toEqual([expect.stringContaining(appId)]);
    const ofOthers = (rows: Json[] = []) => rows.filter((row) => row.appId !== appId);
    const delivered = inApps(outcome);
    for (const stream of IN_APPS) expect(ofOthers(delivered[stream])).toEqual(others[stream]);
    // What was sent of it is taken back by the next sync, which does not find it listed.
    const next = await sync(tenant, { mode, after: [outcome] });
    expect(ends(next)).toEqual(COMPLETE);
    for (const stream of IN_APPS) {
      const sent = delivered[stream]?.filter((row) => row.appId === appId) ?? [];
      const keys = (rows: readonly JsonObject[]) => rows.map(({ id }) => id).sort();
      expect(keys(recordsOf(next.lines, stream))).toEqual(keys(sent));
      for (const row of recordsOf(next.lines, stream)) expect(row._ab_cdc_deleted_at).not.toBeNull();
    }
    expect(warningsOf(next.lines)).toEqual([]);
  });
});

describe.concurrent('an app that is opened with its data although asked not to', () => {
  it('is left at once, and reported as nobody’s fault but ours', async () => {
    await using tenant = await tenantOf({ apps: 3 }, { noData: 'ignored' });
    const outcome = await sync(tenant, { patience: LITTLE });
    expect(ends(outcome)).toEqual({ apps: 'COMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    expect(inApps(outcome)).toEqual({ sheets: [], charts: [] });
    expect(errorsOf(outcome.lines)[0]).toMatchObject({
      failure_type: 'system_error',
      message: expect.stringMatching(/with its data/),
    });
    expect(tenant.engine.counts.methods.GetFullPropertyTree).toBeUndefined();
    expect(tenant.engine.counts.sessionsOpen).toBe(0);
  });
});

describe.concurrent('an app that keeps failing', () => {
  it.each<[string, EngineFault]>([
    ['at the first words', { close: 1011 }],
    ['at its lists', { method: 'GetObjects', error: 15 }],
    ['with an engine that is always busy', { close: 4205 }],
  ])(
    '%s leaves its streams INCOMPLETE, the other apps are read, and the next sync reads those two',
    async (_, fault) => {
      await using tenant = await tenantOf({ apps: 6, sheets: 2, charts: 3 });
      const [one, other] = appsOf(tenant) as [AppDocument, AppDocument];
      for (const { appId } of [one, other]) tenant.engine.faults.add({ app: appId, ...fault });
      const mode = 'incremental';
      const outcome = await sync(tenant, { mode, patience: { retryMs: 1_500, pauseMs: 0 } });
      expect(ends(outcome)).toEqual({ apps: 'COMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
      expect(outcome.exitCode).toBe(1);
      expect(inApps(outcome)).toEqual(truthInApps(tenant, (id) => id !== one.appId && id !== other.appId));
      const apps = recordsOf(outcome.lines, 'apps').length;
      for (const stream of IN_APPS) {
        const error = errorsOf(outcome.lines).find(({ stream_descriptor }) => stream_descriptor?.name === stream);
        expect(error?.failure_type).toBe('transient_error');
        expect(error?.message).toContain(`2 of ${apps} could not be read`);
      }
      expect(tenant.engine.counts.sessionsOpen).toBe(0);
      tenant.engine.faults.clear();
      tenant.engine.counts.reset();
      const next = await sync(tenant, { mode, after: [outcome] });
      expect(ends(next)).toEqual(COMPLETE);
      expect(tenant.engine.counts.opens).toBe(2);
      expect(inApps(next)).toEqual(truthInApps(tenant, (id) => id === one.appId || id === other.appId));
    },
  );

  it('leaves all others done in a full refresh, which goes on with it', async () => {
    await using tenant = await tenantOf({ apps: 6, sheets: 2, charts: 3 });
    const [one] = appsOf(tenant) as [AppDocument];
    tenant.engine.faults.add({ app: one.appId, close: 1011 });
    const outcome = await sync(tenant, { patience: { retryMs: 1_500, pauseMs: 0 } });
    expect(ends(outcome)).toEqual({ apps: 'COMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    tenant.engine.faults.clear();
    tenant.engine.counts.reset();
    const next = await sync(tenant, { after: [outcome] });
    expect(ends(next)).toEqual(COMPLETE);
    expect(tenant.engine.counts.opens).toBe(1);
    expect(inApps(next)).toEqual(truthInApps(tenant, (id) => id === one.appId));
  });

  it('with all others at the upgrade is trouble that may pass, and no way that is closed', async () => {
    await using tenant = await tenantOf({ apps: 3 });
    tenant.engine.faults.add({ http: 503 });
    const outcome = await sync(tenant, { patience: { retryMs: 1_500, pauseMs: 0 }, streams: ['sheets'] });
    expect(outcome.exitCode).toBe(1);
    expect(errorsOf(outcome.lines).map(({ failure_type }) => failure_type)).toEqual([
      'transient_error',
      'transient_error',
    ]);
  });

  it('is not borne with again by the next stream', async () => {
    await using tenant = await tenantOf({ apps: 3 });
    const [app] = appsOf(tenant) as [AppDocument];
    tenant.engine.faults.add({ app: app.appId, close: 1011 });
    const alone = await sync(tenant, { patience: { retryMs: 4_000, pauseMs: 0 }, streams: ['sheets'] });
    expect(alone.exitCode).toBe(1);
    const tries = socketsOf(tenant, app.appId).length;
    expect(tries).toBeGreaterThan(1);
    tenant.engine.counts.reset();
    await sync(tenant, { patience: { retryMs: 1_500, pauseMs: 0 }, streams: ['sheets', 'charts'] });
    expect(socketsOf(tenant, app.appId).length).toBeLessThanOrEqual(3);
  });
});

describe.concurrent('check where REST works and no WebSocket does', () => {
  it.each<[what: string, fault: EngineFault]>([
    ['refused with 502', { http: 502 }],
    ['cut off', { at: 'upgrade', close: 1006 }],
  ])('succeeds, and warns of sheets and charts: %s', async (_, fault) => {
    await using tenant = await tenantOf({ apps: 4 });
    tenant.engine.faults.add(fault);
    const { connectionStatus, code, messages } = await run('check', { tenant, preload: IN_A_HURRY });
    expect(code).toBe(0);
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    expect(connectionStatus?.message).toContain('Sheets and charts cannot be read');
    expect(connectionStatus?.message).toMatch(/\b16 of 21 streams/);
    expect(messages.filter(({ log }) => log?.level === 'WARN')).toHaveLength(1);
  });
});

describe.concurrent('a visit that is left with questions in flight', () => {
  it.each<[when: string, method: string, fault: EngineFault]>([
    ['the engine is still at work', 'GetObjects', { silent: true }],
    ['the app is being opened', 'OpenDoc', { delayMs: 500 }],
    ['nothing comes any more, not even an end', 'GetObjects', { halfOpen: true }],
  ])('leaves nothing behind that keeps a program from ending, where %s', async (_, method, fault) => {
    // No timer is left, the shortest of which would be one of 30 seconds.
    expect(await leaveAmid(method, fault)).toEqual({ code: 0, said: 'rejected,rejected\n0\n' });
  });
});
