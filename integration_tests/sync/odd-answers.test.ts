import type { ChildProcess } from 'node:child_process';
import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { JsonObject } from '../../src/cdk/protocol/messages.ts';
import { call, type Outcome } from '../../src/cdk/testing/library.ts';
import { errorsOf, recordsOf, statuses } from '../../src/cdk/testing/lines.ts';
import type { Patience } from '../../src/qlik/retry.ts';
import { Tenant } from '../../src/qlik/tenant.ts';
import {
  type Answer,
  answersOf,
  type Request,
  type ScriptedApp,
  type ScriptedObject,
  say,
  welcome,
} from '../../src/qlik/testing/scripted-engine.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { qlikSenseCloud } from '../../src/source.ts';
import { streams } from '../../src/streams/index.ts';
import { runHere } from '../support/in-process.ts';
import { IN_A_HURRY, TELL_FIVE_SECONDS } from '../support/preloads.ts';
import { apiKeySettings, LIST_NAMES, oauthSettings, only, run } from '../support/program.ts';

const IN_APPS = ['sheets', 'charts'];
const KEY = 'key-of-the-tests';

/** Two sheets with a chart each, and a dimension. */
const APP: ScriptedApp = {
  'sheet-1': { type: 'sheet', children: ['chart-1'] },
  'sheet-2': { type: 'sheet', children: ['chart-2'] },
  'chart-1': { type: 'kpi' },
  'chart-2': { type: 'kpi' },
  dimension: { type: 'dimension', properties: { qDim: { qFieldDefs: ['A'] } } },
};

const itemOf = (id: string) => ({ id: `item-${id}`, resourceId: id, resourceType: 'app', name: `App ${id}` });
const someItems = (count: number) => Array.from({ length: count }, (_, index) => itemOf(`app-${index}`));

/** What a tenant holds, and what it does in place of what is expected. */
interface Conduct {
  readonly items?: readonly unknown[];
  readonly app?: ScriptedApp;
  /** The text of a REST answer; undefined for the usual one. */
  readonly rest?: (path: string) => string | undefined;
  readonly upgrade?: (appId: string) => number;
  readonly greet?: (socket: WebSocket) => void;
  readonly answer?: (request: Request, socket: WebSocket, appId: string) => Answer | 'nothing' | Promise<Answer>;
}

/** A tenant that answers as a test wants it to, and counts. */
async function startTenant(conduct: Conduct = {}) {
  const { items = someItems(1), app = APP, rest, upgrade = () => 101, greet = welcome, answer } = conduct;
  const counts = { upgrades: [] as string[], live: 0, mostLive: 0, methods: [] as string[], calls: 0 };
  const server = createServer((asked, response) => {
    counts.calls += 1;
    const path = new URL(asked.url ?? '/', 'http://tenant.invalid').pathname;
    const usual = JSON.stringify({ data: path === '/api/v1/items' ? items : [], links: {} });
    response.setHeader('content-type', 'application/json');
    response.end(rest?.(path) ?? usual);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (asked, raw, head) => {
    // A client that has gone may reset the connection.
    raw.on('error', () => {});
    const appId = decodeURIComponent(asked.url?.split('/')[2] ?? '');
    counts.upgrades.push(appId);
    const status = upgrade(appId);
    if (status !== 101) {
      raw.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    counts.live += 1;
    counts.mostLive = Math.max(counts.mostLive, counts.live);
    raw.on('close', () => {
      counts.live -= 1;
    });
    sockets.handleUpgrade(asked, raw, head, (socket) => {
      const usual = answersOf(app);
      socket.on('error', () => {});
      socket.on('message', async (data) => {
        const request = JSON.parse(String(data)) as Request;
        counts.methods.push(request.method);
        const instead = await answer?.(request, socket, appId);
        if (instead !== 'nothing' && socket.readyState === socket.OPEN)
          say(socket, { id: request.id, ...(instead ?? usual(request)) });
      });
      greet(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    counts,
    config: { tenant_url: url, credentials: { auth_type: 'api_key', api_key: KEY } },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Wish {
  readonly streams?: readonly string[];
  readonly patience?: Patience;
  readonly concurrentApps?: number;
}

/** A sync in this process, with a patience that a test can wait for. */
function sync(tenantUrl: string, wish: Wish = {}): Promise<Outcome> {
  const { patience = { retryMs: 400, pauseMs: 0 }, concurrentApps = 2, streams: names = ['apps', ...IN_APPS] } = wish;
  const connect: typeof qlikSenseCloud.connect = async (_, context) =>
    new Tenant(
      {
        tenantUrl,
        credentials: { type: 'api_key', apiKey: KEY },
        scope: { includeSpaces: [], excludeSpaces: [], includePersonalApps: true },
      },
      {
        patience,
        stop: context.stop,
        onSecret: (secret) => context.addSecret(secret),
        onWait: (untilMs) => context.onWait(untilMs),
        onCall: (made) => context.onCall(made),
        onWarning: (message) => context.logger.warn(message),
      },
    );
  const config = {
    tenant_url: tenantUrl,
    credentials: { auth_type: 'api_key', api_key: KEY },
    concurrent_apps: concurrentApps,
  };
  return call({ ...qlikSenseCloud, connect } as never, {
    config: config as JsonObject,
    streams: names.map((name) => ({ name })),
  });
}

const endsOf = ({ lines }: Outcome, names: readonly string[] = ['apps', ...IN_APPS]) =>
  Object.fromEntries(names.map((name) => [name, statuses(lines, name).at(-1)]));
const errorOf = ({ lines }: Outcome, name: string) =>
  errorsOf(lines).find(({ stream_descriptor }) => stream_descriptor?.name === name);
const warningsOf = ({ lines }: Outcome) =>
  lines.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : [])).sort();

const COMPLETE = { apps: 'COMPLETE', sheets: 'COMPLETE', charts: 'COMPLETE' };

const ajv = addFormats.default(new Ajv({ strict: false }));
const validators = new Map(streams.map(({ name, schema }) => [name, ajv.compile(schema)]));

/** What is wrong with the rows of a stream by its schema. */
function misfits(outcome: Outcome, name: string): string[] {
  const fits = validators.get(name);
  return recordsOf(outcome.lines, name).flatMap((row) => (fits?.(row) ? [] : [ajv.errorsText(fits?.errors)]));
}

/** Takes the closing frame and says nothing. */
function deafToTheEnd(socket: WebSocket): void {
  socket.close = () => {};
  welcome(socket);
}

describe.concurrent('an engine that does not agree to the end of a session', () => {
  it('keeps no program from ending', async () => {
    await using tenant = await startTenant({ items: someItems(3), greet: deafToTheEnd });
    const catalog = await only(...IN_APPS);
    const result = await run('read', { config: tenant.config, catalog, preload: TELL_FIVE_SECONDS });
    expect(result.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
    expect(result.rows('charts')).toHaveLength(6);
    // As long as each was waited for, and no longer.
    expect(result.aside).toBe('ran out\n'.repeat(3));
  });

  it('keeps no program from ending by SIGTERM, which waits for none', async () => {
    const asked = Promise.withResolvers<void>();
    let sheets = 0;
    await using tenant = await startTenant({
      items: someItems(4),
      greet: deafToTheEnd,
      answer: ({ method }) => {
        if (method !== 'GetObjects') return undefined;
        sheets += 1;
        if (sheets >= 4) asked.resolve();
        return 'nothing';
      },
    });
    const reader = async (stdout: Readable, program: ChildProcess) => {
      await asked.promise;
      program.kill('SIGTERM');
      return text(stdout);
    };
    const wish = { catalog: await only(...IN_APPS), signal: 'SIGTERM', preload: TELL_FIVE_SECONDS } as const;
    const result = await run('read', { config: tenant.config, ...wish, reader });
    expect(result.ends).toEqual({ sheets: 'RUNNING', charts: 'RUNNING' });
    expect(result.aside).toBe('');
  });
});

describe.concurrent('check with a choice of spaces', () => {
  it('lists 250 spaces in three calls', async () => {
    await using tenant = await startSimulatedTenant({ spaces: 250, apps: 12 });
    const config = apiKeySettings(tenant, { include_spaces: ['*'] });
    const { connectionStatus } = await runHere('check', { tenant, config });
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    // One more is made for a row of the stream, which tells a space to look into.
    expect(tenant.counts.paths['/api/v1/spaces']).toBe(3 + 1);
    expect(tenant.counts.calls).toBeLessThan(30);
  });

  it('that has apps on a later page only opens one of them', async () => {
    await using tenant = await startSimulatedTenant({ apps: 180, spaces: 5 });
    const spaceId = [...tenant.data.items.all()].findLast(
      (item) => item.resourceType === 'app' && item.spaceId,
    )?.spaceId;
    const firstPage = () =>
      [...tenant.data.items.all()].filter(({ resourceType }) => resourceType === 'app').slice(0, 100);
    for (let early = firstPage(); early.some((item) => item.spaceId === spaceId); early = firstPage())
      for (const item of early) if (item.spaceId === spaceId) tenant.data.items.delete(item.id);
    const config = apiKeySettings(tenant, { include_spaces: [spaceId], include_personal_apps: false });
    const { connectionStatus } = await runHere('check', { tenant, config });
    expect(connectionStatus?.message).toMatch(/The app ".+" could be opened/);
    expect(tenant.engine.counts.opens).toBe(1);
    // Of data sets a row, of apps one for the stream, two pages for one to open, and one more for its data model.
    expect(tenant.counts.paths['/api/v1/items']).toBeLessThanOrEqual(5);
  });
});

describe.concurrent('an app that is refused', () => {
  it.each<[what: string, conduct: (id: string) => Conduct]>([
    ['with error 1003', (id) => ({ answer: ({ method }, _, appId) => opening(method, appId === id, 1003) })],
    ['with error 5', (id) => ({ answer: ({ method }, _, appId) => opening(method, appId === id, 5) })],
    ['with error 404', (id) => ({ answer: ({ method }, _, appId) => opening(method, appId === id, 404) })],
    ['with 404 at the upgrade', (id) => ({ upgrade: (appId) => (appId === id ? 404 : 101) })],
    [
      'with 4204 amid its lists',
      (id) => ({ answer: ({ method }, socket, appId) => (appId === id ? closed(socket, method, 4204) : undefined) }),
    ],
  ])('%s is opened once, named in a warning, and no failure', async (_, conduct) => {
    await using tenant = await startTenant({ items: someItems(3), ...conduct('app-1') });
    const outcome = await sync(tenant.url, { patience: { retryMs: 2_000, pauseMs: 0 } });
    expect(endsOf(outcome)).toEqual(COMPLETE);
    expect(outcome.exitCode).toBe(0);
    expect(tenant.counts.upgrades.toSorted()).toEqual(['app-0', 'app-1', 'app-2']);
    expect(warningsOf(outcome)).toEqual([expect.stringContaining('app-1')]);
    expect(recordsOf(outcome.lines, 'charts')).toHaveLength(4);
  });

  const opening = (method: string, strikes: boolean, code: number): Answer =>
    strikes && method === 'OpenDoc' ? { error: { code, message: 'No' } } : undefined;
  const closed = (socket: WebSocket, method: string, code: number) => {
    if (method !== 'GetObjects') return undefined;
    socket.close(code);
    return 'nothing' as const;
  };

  it.each<[what: string, strikes: (request: Request) => boolean]>([
    ['the tree of one sheet', ({ method, handle }) => method === 'GetFullPropertyTree' && handle === 101],
    ['the lists of its library', ({ method }) => method === 'CreateSessionObject'],
  ])('at %s only leaves charts INCOMPLETE, and sheets COMPLETE', async (_, strikes) => {
    await using tenant = await startTenant({
      answer: async (request) => {
        // The list of sheets comes last.
        if (request.method === 'GetObjects') await sleep(60);
        return strikes(request) ? { error: { code: 5, message: 'Access denied' } } : undefined;
      },
    });
    const outcome = await sync(tenant.url);
    expect(endsOf(outcome)).toEqual({ ...COMPLETE, charts: 'INCOMPLETE' });
    expect(outcome.exitCode).toBe(1);
    expect(recordsOf(outcome.lines, 'sheets')).toHaveLength(2);
    expect(errorOf(outcome, 'charts')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/app-0.*may open this app but not read all of it/),
    });
  });
});

const manySheets = (): ScriptedApp => {
  const ids = Array.from({ length: 40 }, (_, index) => index);
  const sheets = ids.map((id): [string, ScriptedObject] => [`sheet-${id}`, { type: 'sheet', children: [`kpi-${id}`] }]);
  const charts = ids.map((id): [string, ScriptedObject] => [`kpi-${id}`, { type: 'kpi' }]);
  return Object.fromEntries([...sheets, ...charts]);
};

/** By a close, by a cut, and by half a message of one that is slow to end. */
const DEATHS: readonly ((socket: WebSocket) => void)[] = [
  (socket) => socket.close(1011),
  (socket) => socket.terminate(),
  (socket) => {
    socket.send('{"half":');
    socket.pause();
    setTimeout(() => socket.resume(), 150);
  },
];

describe.concurrent('an app of 40 sheets whose session dies at every tree, each time in another way', () => {
  it('is opened some times, one after the other, and given up', async () => {
    await using tenant = await startTenant({
      app: manySheets(),
      answer: ({ method }, socket) => {
        if (!['GetFullPropertyTree', 'GetProperties', 'GetChildInfos'].includes(method)) return undefined;
        DEATHS[tenant.counts.upgrades.length % DEATHS.length]?.(socket);
        return 'nothing';
      },
    });
    const catalog = await only(...IN_APPS);
    const result = await run('read', { config: tenant.config, catalog, preload: IN_A_HURRY });
    expect(result.ends).toEqual({ sheets: 'COMPLETE', charts: 'INCOMPLETE' });
    expect(result.errorOf('charts')?.failure_type).toBe('transient_error');
    expect(result.rows('sheets')).toHaveLength(40);
    expect(tenant.counts.upgrades.length).toBeGreaterThan(DEATHS.length);
    // Two minutes of growing pauses, though forty questions wait for each session.
    expect(tenant.counts.upgrades.length).toBeLessThanOrEqual(30);
    expect(tenant.counts.mostLive).toBe(1);
  });
});

describe.concurrent('credentials that end', () => {
  it.each<EngineFault>([
    { method: 'GetFullPropertyTree', error: 401, times: 1 },
    { method: 'GetObjects', error: 401, times: 1 },
    { method: 'OpenDoc', error: 401, times: 1 },
    { method: 'GetFullPropertyTree', close: 4006, times: 1 },
  ])('are renewed once by OAuth: %j', async (fault) => {
    await using tenant = await startSimulatedTenant({ apps: 2, sheets: 2, charts: 3 });
    tenant.engine.faults.add(fault);
    const result = await runHere('read', { tenant, config: oauthSettings(tenant), catalog: await only(...IN_APPS) });
    expect(result.ends).toEqual({ sheets: 'COMPLETE', charts: 'COMPLETE' });
    expect(result.errors).toEqual([]);
    expect(tenant.counts.tokenRequests).toBe(2);
  });

  it.each<[what: string, conduct: Conduct]>([
    ['401 at the upgrade', { upgrade: () => 401 }],
    ['4006 at the first words', { greet: (socket) => socket.close(4006) }],
    [
      '4006 amid trees',
      {
        answer: ({ method }, socket) => {
          if (method !== 'GetFullPropertyTree') return undefined;
          socket.close(4006);
          return 'nothing';
        },
      },
    ],
    [
      'error 401 amid trees',
      {
        answer: ({ method }) =>
          method === 'GetFullPropertyTree' ? { error: { code: 401, message: 'Unauthorized' } } : undefined,
      },
    ],
  ])('end the walk where they are an API key: %s', async (_, conduct) => {
    await using tenant = await startTenant({ items: someItems(20), ...conduct });
    const outcome = await sync(tenant.url, { concurrentApps: 2, patience: { retryMs: 5_000, pauseMs: 0 } });
    expect(endsOf(outcome)).toEqual({ apps: 'COMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    for (const name of IN_APPS) expect(errorOf(outcome, name)?.failure_type).toBe('config_error');
    expect(new Set(tenant.counts.upgrades)).toEqual(new Set(['app-0', 'app-1']));
    // undici sends an upgrade that was answered with 401 once more.
    expect(tenant.counts.upgrades.length).toBeLessThanOrEqual(4);
  });
});

describe.concurrent('settings that cannot be sent', () => {
  it('by a proxy whose password has a percent sign that encodes nothing are named, and nothing is shown', async () => {
    const preload = `process.env.HTTPS_PROXY = 'http://user:50%-secret@127.0.0.1:1';`;
    await using tenant = await startTenant();
    const check = await run('check', { config: tenant.config, preload, secrets: ['50%-secret'] });
    expect(check.connectionStatus).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('HTTPS_PROXY'),
    });
    const catalog = await only('users');
    const read = await run('read', { config: tenant.config, catalog, preload, secrets: ['50%-secret'] });
    expect(read.errors[0]).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining('HTTPS_PROXY'),
    });
    expect(tenant.counts.calls).toBe(0);
  });

  it('by an API key with a line break within are named, and nothing is sent', async () => {
    await using tenant = await startTenant();
    const config = { ...tenant.config, credentials: { auth_type: 'api_key', api_key: 'first-half\nsecond-half' } };
    const secrets = ['second-half'];
    const check = await runHere('check', { config, secrets });
    expect(check.connectionStatus).toMatchObject({ status: 'FAILED', message: expect.stringContaining('api_key') });
    const lists = await runHere('read', { config, secrets, catalog: await only('users', 'spaces') });
    expect(lists.ends).toEqual({ users: 'INCOMPLETE', spaces: 'INCOMPLETE' });
    for (const { failure_type } of lists.errors) expect(failure_type).toBe('config_error');
    expect(lists.errorOf('users')?.message).toContain('api_key');
    // Where a state is of use, no stream begins before the tenant has said which one it is.
    const read = await runHere('read', { config, secrets, catalog: await only('users', 'sheets') });
    expect(read.ends).toEqual({});
    expect(read.errors).toEqual([
      expect.objectContaining({ failure_type: 'config_error', message: expect.stringContaining('api_key') }),
    ]);
    expect(tenant.counts).toMatchObject({ calls: 0, upgrades: [] });
  });
});

const strange = (method: string, result: unknown): Conduct => ({
  answer: (request) => (request.method === method ? { result } : undefined),
});
const treeOf = (qChildren: unknown): Conduct =>
  strange('GetFullPropertyTree', {
    qPropEntry: { qProperty: { qInfo: { qId: 'sheet-1', qType: 'sheet' } }, qChildren },
  });
const chartOf = (properties: object): Conduct =>
  treeOf([{ qProperty: { qInfo: { qId: 'chart-1', qType: 'kpi' }, ...properties }, qChildren: null }]);
const sheetsOf = (...qList: unknown[]): Conduct => ({
  answer: ({ method, params }) =>
    method === 'GetObjects' && params[0].qTypes[0] === 'sheet' ? { result: { qList } } : undefined,
});
const sheetInfo = { qInfo: { qId: 'sheet-1', qType: 'sheet' } };

describe.concurrent('strange answers are read as far as they make sense, and no bug of ours:', () => {
  it.each<[what: string, conduct: Conduct, sheets: number, charts: number]>([
    [
      'a sheet without data or meta',
      sheetsOf({ ...sheetInfo, qMeta: null, qData: null }, { ...sheetInfo, qMeta: { id: 1 } }),
      1,
      1,
    ],
    [
      'a sheet with values of other types',
      sheetsOf({
        ...sheetInfo,
        qMeta: { id: 7, title: 7, approved: 'no', published: 'yes', createdDate: 5, modifiedDate: {}, ownerId: [] },
        qData: {
          rank: 'first',
          cells: 'none',
          title: 8,
          columns: '24',
          rows: 1.5,
          thumbnail: 'x',
          labelExpression: 3,
          showCondition: [],
          gridResolution: { wide: true },
        },
      }),
      1,
      1,
    ],
    [
      'cells that are none',
      sheetsOf({
        ...sheetInfo,
        qMeta: { id: '1' },
        qData: { cells: [null, {}, { name: 'chart-1', col: 1.5 }, { name: 'chart-1' }, { name: null }] },
      }),
      1,
      1,
    ],
    [
      'cells of other types',
      sheetsOf({ ...sheetInfo, qMeta: { id: '1' }, qData: { cells: [7, 'chart-1', [], {}] } }),
      1,
      1,
    ],
    [
      'null among children',
      treeOf([null, { qProperty: { qInfo: { qId: 'chart-1', qType: 'kpi' } }, qChildren: [null] }]),
      2,
      1,
    ],
    ['children that are null', treeOf(null), 2, 0],
    ['a child without properties', treeOf([{}, { qProperty: null }, { qProperty: {} }]), 2, 0],
    [
      'a child without an id that holds charts',
      treeOf([
        { qProperty: {}, qChildren: [{ qProperty: { qInfo: { qId: 'a', qType: 'kpi' } } }] },
        { qProperty: { qInfo: null }, qChildren: [{ qProperty: { qInfo: { qId: 'b', qType: 'kpi' } } }] },
        { qProperty: { qInfo: { qId: 9 } }, qChildren: [{ qProperty: { qInfo: { qId: 'c', qType: 'kpi' } } }] },
      ]),
      2,
      3,
    ],
    [
      'definitions that are null',
      chartOf({
        qHyperCubeDef: {
          qDimensions: [null, { qDef: null }, { qLibraryId: null, qDef: { qFieldDefs: null, qFieldLabels: [null] } }],
          qMeasures: [null, { qDef: null }, { qDef: { qDef: null, qLabel: 5 } }, { qDef: { qDef: 7 } }],
        },
      }),
      2,
      1,
    ],
    ['cubes that are none', chartOf({ qHyperCubeDef: null, qListObjectDef: null, boxplotDef: [null] }), 2, 1],
    ['columns that are no list', chartOf({ qHyperCubeDef: { qDimensions: {}, qMeasures: 'none' } }), 2, 1],
    [
      'texts of other types',
      chartOf({
        title: 7,
        subtitle: { qStringExpression: null },
        footnote: [],
        visualization: {},
        qExtendsId: 5,
        qMetaDef: null,
        qUndoExclude: null,
      }),
      2,
      1,
    ],
  ])('%s', async (_, conduct, sheets, charts) => {
    await using tenant = await startTenant(conduct);
    const outcome = await sync(tenant.url);
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(endsOf(outcome)).toEqual(COMPLETE);
    expect(IN_APPS.map((name) => recordsOf(outcome.lines, name).length)).toEqual([sheets, charts]);
    for (const name of IN_APPS) expect(misfits(outcome, name)).toEqual([]);
  });

  it.each<[what: string, conduct: Conduct, incomplete: readonly string[]]>([
    ['no list of sheets', sheetsOfNothing({}), IN_APPS],
    ['null for the list of sheets', sheetsOfNothing({ qList: null }), IN_APPS],
    ['no answer at all to it', sheetsOfNothing(null), IN_APPS],
    ['a list of sheets with null in it', sheetsOf(null, { ...sheetInfo, qMeta: { id: '1' }, qData: {} }), IN_APPS],
    [
      'a library with null in it',
      strange('GetLayout', { qLayout: { qDimensionList: { qItems: [null] }, qMeasureList: { qItems: [] } } }),
      ['charts'],
    ],
    ['a tree that is none', strange('GetFullPropertyTree', {}), ['charts']],
    ['a library that is none', strange('GetLayout', { qLayout: {} }), ['charts']],
    ['no library', strange('CreateSessionObject', {}), ['charts']],
    ['an app without a handle', strange('OpenDoc', {}), IN_APPS],
  ])('%s is half an answer, and no app without sheets or charts', async (_, conduct, incomplete) => {
    await using tenant = await startTenant(conduct);
    const outcome = await sync(tenant.url, { patience: { retryMs: 1_500, pauseMs: 0 } });
    const ends = Object.fromEntries(incomplete.map((name) => [name, 'INCOMPLETE']));
    expect(endsOf(outcome)).toEqual({ ...COMPLETE, ...ends });
    for (const name of incomplete) expect(errorOf(outcome, name)?.failure_type).toBe('transient_error');
  });

  function sheetsOfNothing(result: unknown): Conduct {
    return {
      answer: ({ method, params }) =>
        method === 'GetObjects' && params[0].qTypes[0] === 'sheet' ? { result } : undefined,
    };
  }
});

describe.concurrent('lists that make no sense', () => {
  it.each<[what: string, answer: string]>([
    ['of null', '{"data":[null]}'],
    ['of null among others', '{"data":[{"id":"1"},null]}'],
    ['that are null', '{"data":null}'],
    ['that are none', '{"data":{"0":{"id":"1"}}}'],
    ['without an envelope', '[]'],
    ['of nothing', 'null'],
    ['of garbage', '{"data":[{"id":'],
  ])('%s are asked again, and are then a matter of time', async (_, answer) => {
    await using tenant = await startTenant({ rest: () => answer });
    const outcome = await sync(tenant.url, { streams: LIST_NAMES, patience: { retryMs: 1_500, pauseMs: 0 } });
    for (const name of LIST_NAMES) {
      expect(statuses(outcome.lines, name).at(-1)).toBe('INCOMPLETE');
      expect(errorOf(outcome, name)?.failure_type).toBe('transient_error');
    }
    expect(tenant.counts.calls).toBeGreaterThan(LIST_NAMES.length);
  });

  it('of rows that are no objects, or with fields of other types, are no bug of ours', async () => {
    const odd = { id: 'odd', resourceId: 'odd', name: 5, meta: null, links: 'none', resourceAttributes: null };
    await using tenant = await startTenant({
      rest: () => JSON.stringify({ data: [odd, 7, 'text', [], {}], links: null }),
    });
    const outcome = await sync(tenant.url, { streams: LIST_NAMES });
    for (const { failure_type, message, internal_message } of errorsOf(outcome.lines))
      expect({ failure_type, message, internal_message }).toMatchObject({ internal_message: undefined });
    for (const name of LIST_NAMES) expect(recordsOf(outcome.lines, name).map(({ id }) => id)).toContain('odd');
  });

  it('with names that JavaScript gives a meaning to are rows like others', async () => {
    const trap = '"__proto__":{"polluted":true,"name":"trap"},"constructor":{"prototype":{"polluted":true}}';
    const item = (id: string) =>
      `{"id":"item-${id}","resourceId":"${id}","resourceType":"app","name":"${id}",${trap},"meta":{${trap},"tags":[{"id":"t",${trap}}]},"resourceAttributes":{${trap}}}`;
    const ids = ['__proto__', 'constructor', 'toString'];
    const list = `{"data":[${ids.map(item).join()}],${trap}}`;
    const app = Object.fromEntries([
      ['constructor', { type: 'sheet', children: ['hasOwnProperty', 'valueOf'] }],
      ['hasOwnProperty', { type: 'kpi' }],
      ['valueOf', { type: 'kpi', properties: { qExtendsId: '__proto__' } }],
    ]) as ScriptedApp;
    await using tenant = await startTenant({ app, rest: (path) => (path === '/api/v1/items' ? list : undefined) });
    const outcome = await sync(tenant.url);
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(recordsOf(outcome.lines, 'apps').map(({ id, name }) => ({ id, name }))).toEqual(
      ids.map((id) => ({ id, name: id })),
    );
    expect(recordsOf(outcome.lines, 'sheets')).toHaveLength(3);
    expect(recordsOf(outcome.lines, 'charts')).toHaveLength(6);
    expect(tenant.counts.upgrades.toSorted()).toEqual(ids.toSorted());
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    for (const row of recordsOf(outcome.lines, 'apps')) expect(Object.keys(row)).not.toContain('__proto__');
  });

  it.each<[total: string]>([
    ['1e30'],
    ['1.5'],
    ['-1'],
    ['"many"'],
    ['null'],
    ['""'],
    ['true'],
    ['[]'],
    ['[5]'],
    ['{}'],
    ['9007199254740993'],
  ])('by their total (%s) promise nothing', async (total) => {
    const rest = () => `{"data":[{"id":"1","resourceId":"1"}],"totalResults":${total},"meta":{"count":${total}}}`;
    await using tenant = await startTenant({ rest });
    const outcome = await sync(tenant.url, { streams: LIST_NAMES });
    expect(errorsOf(outcome.lines)).toEqual([]);
    expect(outcome.lines.flatMap(({ trace }) => trace?.estimate ?? [])).toEqual([]);
  });

  it('promise their total where it is one', async () => {
    const rest = () =>
      `{"data":[{"id":"1","resourceId":"1"}],"totalResults":9007199254740991,"meta":{"count":9007199254740991}}`;
    await using tenant = await startTenant({ rest });
    const { lines } = await sync(tenant.url, { streams: LIST_NAMES });
    const estimates = lines.flatMap(({ trace }) => trace?.estimate ?? []);
    expect(estimates.length).toBeGreaterThan(0);
    for (const { row_estimate } of estimates) expect(row_estimate).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe.concurrent('an item that does not say which app it is', () => {
  it.each([{ resourceId: null }, { resourceId: '' }, { resourceId: undefined }])(
    'leaves apps, and what is in them, INCOMPLETE, and all others are read: %j',
    async (nameless) => {
      await using tenant = await startTenant({
        items: [itemOf('one'), { ...itemOf('lost'), ...nameless }, itemOf('two')],
      });
      const outcome = await sync(tenant.url);
      expect(endsOf(outcome)).toEqual({ apps: 'INCOMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
      expect(errorOf(outcome, 'apps')?.message).toMatch(/apps: 1 rows? .*\bid\b/);
      for (const name of IN_APPS) expect(errorOf(outcome, name)?.message).toMatch(/^1 apps? .*without/);
      expect(recordsOf(outcome.lines, 'apps').map(({ id }) => id)).toEqual(['one', 'two']);
      expect(recordsOf(outcome.lines, 'sheets')).toHaveLength(4);
      expect(recordsOf(outcome.lines, 'charts')).toHaveLength(4);
      expect(tenant.counts.upgrades.toSorted()).toEqual(['one', 'two']);
    },
  );
});
