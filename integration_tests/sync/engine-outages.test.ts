import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject, SyncMode } from '../../src/cdk/protocol/messages.ts';
import { errorsOf, recordsOf, statuses, warningsOf } from '../../src/cdk/testing/lines.ts';
import type { Patience } from '../../src/qlik/retry.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import {
  appsOf,
  brokenSessions,
  type Case,
  COMPLETE,
  documentsIn,
  ends,
  IN_APPS,
  inApps,
  type Scene,
  socketsOf,
  sync,
  syncWith,
  tenantOf,
} from '../support/engine-tenant.ts';
import type { Json } from '../support/messages.ts';
import { IN_A_HURRY } from '../support/preloads.ts';
import { run } from '../support/program.ts';
import { WITHOUT_ENGINE } from '../support/stream-tests.ts';
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

describe.each<SyncMode>(['full_refresh', 'incremental'])('in %s apps that may not be opened, or are gone,', (mode) => {
  const CAN_VIEW = /role in the space, such as Can view/;
  const LISTED = /deleted, or taken out of sight, after it was listed/;
  const cases: readonly Case[] = [
    ['close 4203', { close: 4203 }, CAN_VIEW],
    ['close 4203 at OpenDoc', { method: 'OpenDoc', close: 4203 }, CAN_VIEW],
    ['error 5', { method: 'OpenDoc', error: 5 }, CAN_VIEW],
    ['403 at the upgrade', { http: 403 }, CAN_VIEW],
    ['access denied in the first words', { at: 'connect', sessionState: 'SESSION_ERROR_APP_ACCESS_DENIED' }, CAN_VIEW],
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
});

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
    expect(connectionStatus?.message).toContain(WITHOUT_ENGINE);
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
