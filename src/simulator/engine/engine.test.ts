import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppDocument } from '../data/document.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../tenant.ts';
import { DOC, EngineProbe } from './engine-probe.ts';
import { ROW_DATA_MARK } from './layout.ts';

let tenant: SimulatedTenant;
let truth: AppDocument;
let appId: string;
let probe: EngineProbe;
beforeEach(async () => {
  tenant = await startSimulatedTenant();
  truth = appWhere((one) =>
    one.charts().some(({ id }) => one.objects.get(id)?.properties.qExtendsId === masterOf(one)),
  );
  appId = truth.appId;
  probe = await EngineProbe.open(tenant, appId);
});
afterEach(async () => {
  await probe[Symbol.asyncDispose]();
  await tenant.close();
});

function documents(): AppDocument[] {
  return [...tenant.data.items.all()]
    .filter(({ resourceType }) => resourceType === 'app')
    .map(({ resourceId }) => tenant.data.document(resourceId));
}

function appWhere(suits: (document: AppDocument) => boolean): AppDocument {
  const found = documents().find((one) => !one.item.resourceAttributes.hasSectionAccess && suits(one));
  if (!found) throw new Error('no app suits');
  return found;
}

function masterOf(document: AppDocument): string | undefined {
  return document.idsOfType('masterobject')[0];
}

async function resultOf(handle: number, method: string, params: unknown = [], more: object = {}) {
  const { result, error } = await probe.ask(handle, method, params, more);
  if (error) throw new Error(`${error.code} ${error.parameter}`);
  return result;
}

async function codeOf(handle: number, method: string, params: unknown = []): Promise<number | undefined> {
  return (await probe.ask(handle, method, params)).error?.code;
}

function linkedChart(): string {
  const linked = truth.charts().find(({ id }) => truth.properties(id).qExtendsId === masterOf(truth));
  return linked?.id ?? '';
}

test('the first words come first, then the app opens by position or by name', async () => {
  expect(probe.messages[0]).toEqual({
    jsonrpc: '2.0',
    method: 'OnConnected',
    params: { qSessionState: 'SESSION_CREATED' },
  });
  await using other = new EngineProbe(tenant, `/app/${appId}/identity/other`);
  expect((await other.ask(-1, 'GetActiveDoc')).result).toEqual({ qReturn: { qType: null, qHandle: null } });
  const doc = { qReturn: { qType: 'Doc', qHandle: DOC, qGenericId: appId } };
  const opened = await other.ask(-1, 'OpenDoc', [appId, '', '', '', true]);
  expect(opened).toMatchObject({ result: doc, change: [DOC] });
  expect((await other.ask(-1, 'GetActiveDoc')).result).toEqual(doc);
  expect((await other.ask(-1, 'EngineVersion')).result).toEqual({ qVersion: { qComponentVersion: '12.2931.0' } });
  expect((await other.ask(-1, 'GetProgress', [1])).result).toHaveProperty('qProgressData');
  expect(probe.socket.extensions).toContain('permessage-deflate');
});

test('the same user, identity and app share a session; another identity does not', async () => {
  const attached = new EngineProbe(tenant, `/app/${appId}/identity/probe`);
  const words = await attached.until(({ method }) => method === 'OnConnected');
  expect(words.params).toEqual({ qSessionState: 'SESSION_ATTACHED' });
  expect((await attached.ask(-1, 'OpenDoc', [appId, '', '', '', true])).error).toMatchObject({ code: 1002 });
  expect((await attached.ask(-1, 'OpenDoc', [appId])).error).toMatchObject({ code: 1009 });
  expect(tenant.engine.counts).toMatchObject({ sessionsOpen: 1, mostSessionsOpen: 1 });
  await attached[Symbol.asyncDispose]();
  await using other = await EngineProbe.open(tenant, appId, 'other', false);
  expect((await other.ask(DOC, 'GetAppLayout')).result.qLayout.qIsOpenedWithoutData).toBe(false);
  expect(tenant.engine.counts).toMatchObject({ sessionsOpen: 2, opens: 2, opensWithData: 1 });
  expect(tenant.engine.counts.identities).toEqual(['probe', 'probe', 'other']);
});

test('a session with time to live outlives its socket', async () => {
  const path = `/app/${appId}/identity/lasting/ttl/1`;
  await using first = new EngineProbe(tenant, path);
  await first.ask(-1, 'OpenDoc', [appId]);
  first.socket.close(1000);
  expect(await first.closed).toEqual({ code: 1000, reason: '' });
  await using second = new EngineProbe(tenant, path);
  const words = await second.until(({ method }) => method === 'OnConnected');
  expect(words.params).toEqual({ qSessionState: 'SESSION_ATTACHED' });
  expect((await second.ask(-1, 'GetActiveDoc')).result.qReturn.qHandle).toBe(DOC);
});

test('what the app says of itself is what its item says', async () => {
  tenant.engine.dials.answers = 'inOrder';
  for (const document of documents()) {
    await using reader = await EngineProbe.open(tenant, document.appId);
    const { qLayout } = (await reader.ask(DOC, 'GetAppLayout')).result;
    const { name, spaceId = '', resourceAttributes } = document.item;
    const { hasSectionAccess, isDirectQueryMode, lastReloadTime, thumbnail, usage, ...same } = resourceAttributes;
    expect(qLayout).toMatchObject({ ...same, spaceId, qTitle: name, qUsage: usage, qIsOpenedWithoutData: true });
    expect(qLayout).toMatchObject({ qLastReloadTime: lastReloadTime, qHasData: lastReloadTime !== '' });
    expect(qLayout.hassectionaccess).toBe(hasSectionAccess);
    const { qProp } = (await reader.ask(DOC, 'GetAppProperties')).result;
    expect(qProp).toMatchObject({ qTitle: name, qHasSectionAccess: hasSectionAccess, qUsage: usage });
  }
});

test('sheets are listed with their meta and what pointers find', async () => {
  const qData = { title: '/qMetaDef/title', rank: '/rank', cells: '/cells', none: '/no/such', url: '/thumbnail' };
  const { qList } = await resultOf(DOC, 'GetObjects', [{ qTypes: ['sheet'], qIncludeSessionObjects: false, qData }]);
  const truthful = truth.idsOfType('sheet', tenant.data.plan.adminId).map((id) => {
    const { qInfo, qMetaDef, rank, cells, thumbnail } = truth.properties(id);
    const { qStaticContentUrlDef } = thumbnail as Record<string, object>;
    const url = { qStaticContentUrl: qStaticContentUrlDef };
    return { qInfo, qMeta: truth.meta(id), qData: { title: qMetaDef?.title, rank, cells, url } };
  });
  expect(qList).toEqual(truthful);
  expect(qList.length).toBeGreaterThan(2);
  tenant.engine.dials.listedExpressions = 'stored';
  const pointers = { url: '/thumbnail' };
  const stored = await resultOf(DOC, 'GetObjects', { qOptions: { qTypes: ['sheet'], qData: pointers } });
  expect(stored.qList[0].qData).toEqual({ url: truth.properties(qList[0].qInfo.qId).thumbnail });
});

test('expressions in a list come to what they come to without data', async () => {
  const [sheetId = ''] = truth.sheetIds();
  const title = async (qExpr: string) => {
    truth.edit.change(sheetId, { labelExpression: { qStringExpression: { qExpr } } });
    const { qList } = await resultOf(DOC, 'GetObjects', [{ qTypes: ['sheet'], qData: { title: '/labelExpression' } }]);
    return qList.find((entry: { qInfo: { qId: string } }) => entry.qInfo.qId === sheetId).qData.title;
  };
  expect(await title("='Sales '&'2026'")).toBe('Sales 2026');
  expect(await title("='Sales '&Max(Year)")).toBe('');
});

test('what GetObjects lists, by type and dial', async () => {
  const typesOf = async (qOptions: object) => {
    const { qList } = await resultOf(DOC, 'GetObjects', [qOptions]);
    return [...new Set(qList.map((entry: { qInfo: { qType: string } }) => entry.qInfo.qType))].sort();
  };
  expect(await typesOf({ qTypes: ['masterobject', 'measure'] })).toEqual(['masterobject', 'measure']);
  const everything = await typesOf({});
  expect(everything).toEqual(expect.arrayContaining(['sheet', 'masterobject', 'LoadModel']));
  expect(everything).not.toContain('measure');
  const [chart] = truth.charts().filter(({ depth }) => depth === 1);
  expect(await typesOf({ qTypes: [chart?.type] })).toEqual([]);
  tenant.engine.dials.getObjectsLists = 'children';
  expect(await typesOf({ qTypes: [chart?.type] })).toEqual([chart?.type]);
  await resultOf(DOC, 'CreateSessionObject', [{ qInfo: { qType: 'mine' }, a: 1 }]);
  expect(await typesOf({ qTypes: ['mine'] })).toEqual([]);
  expect(await typesOf({ qTypes: ['mine'], qIncludeSessionObjects: true })).toEqual(['mine']);
});

test('all infos name everything that the user may see', async () => {
  const { qInfos } = await resultOf(DOC, 'GetAllInfos');
  const ids = [...truth.objects.keys()].filter((id) => truth.isVisible(id, tenant.data.plan.adminId));
  expect(qInfos.map(({ qId }: { qId: string }) => qId)).toEqual(ids);
  const types = new Set(qInfos.map(({ qType }: { qType: string }) => qType));
  for (const type of ['sheet', 'measure', 'dimension', 'masterobject', 'LoadModel', 'appprops'])
    expect(types).toContain(type);
});

test('properties, trees and relatives of a stored object', async () => {
  tenant.engine.dials.answers = 'inOrder';
  for (const { id, parentId, type } of truth.charts(tenant.data.plan.adminId)) {
    const handle = await probe.handleOf(id);
    expect((await resultOf(handle, 'GetProperties', [], { return_empty: true })).qProp).toEqual(truth.properties(id));
    expect((await resultOf(handle, 'GetProperties')).qProp).toEqual(truth.properties(id, 'leftOut'));
    expect((await resultOf(handle, 'GetInfo')).qInfo).toEqual({ qId: id, qType: type });
    const infos = (await resultOf(handle, 'GetChildInfos')).qInfos;
    expect(infos.map(({ qId }: { qId: string }) => qId)).toEqual(truth.childIds(id));
    if (parentId === null) continue;
    expect((await resultOf(handle, 'GetParent')).qReturn.qGenericId).toBe(parentId);
    const parent = await probe.handleOf(parentId);
    expect((await resultOf(parent, 'GetChild', [id])).qReturn).toMatchObject({ qHandle: handle, qGenericId: id });
  }
  const [sheetId = ''] = truth.sheetIds(tenant.data.plan.adminId);
  const sheet = await probe.handleOf(sheetId);
  const tree = await resultOf(sheet, 'GetFullPropertyTree', [], { return_empty: true });
  expect(tree).toEqual({ qPropEntry: truth.tree(sheetId) });
  expect((await resultOf(sheet, 'GetFullPropertyTree')).qPropEntry).toEqual(truth.tree(sheetId, 'leftOut'));
  const sent = JSON.stringify(await resultOf(sheet, 'GetFullPropertyTree'));
  expect(/"q(Fi|Ex|St|La)\w+":(""|\[\])/.test(JSON.stringify(tree))).toBe(true);
  expect(/"q(Fi|Ex|St|La)\w+":(""|\[\])/.test(sent)).toBe(false);
  expect((await resultOf(sheet, 'GetParent')).qReturn).toEqual({ qType: null, qHandle: null });
  expect((await resultOf(sheet, 'GetChild', ['nothing'])).qReturn).toEqual({ qType: null, qHandle: null });
  expect(tenant.engine.counts.layouts).toEqual({});
});

test('what is linked to a master', async () => {
  const masterId = masterOf(truth) ?? '';
  const id = linkedChart();
  const handle = await probe.handleOf(id);
  const { qHyperCubeDef } = truth.properties(masterId, 'leftOut');
  const { qProp } = await resultOf(handle, 'GetEffectiveProperties');
  expect(qProp).toMatchObject({ qInfo: { qId: id }, qHyperCubeDef });
  const { qItems } = await resultOf(await probe.handleOf(masterId), 'GetLinkedObjects');
  expect(qItems.map(({ qInfo }: { qInfo: { qId: string } }) => qInfo.qId)).toContain(id);
  truth.edit.delete(masterId);
  expect(await codeOf(handle, 'GetEffectiveProperties')).toBe(8001);
  expect(await codeOf(handle, 'GetLayout')).toBe(8001);
  expect((await resultOf(DOC, 'GetObject', [masterId])).qReturn).toEqual({ qType: null, qHandle: null });
});

test('master measures and dimensions, one by one and as lists', async () => {
  for (const [method, type, kind, list] of [
    ['GetMeasure', 'measure', 'GenericMeasure', 'qMeasureList'],
    ['GetDimension', 'dimension', 'GenericDimension', 'qDimensionList'],
  ] as const) {
    const ids = truth.idsOfType(type);
    const [id = ''] = ids;
    const { qReturn } = await resultOf(DOC, method, [id]);
    expect(qReturn).toMatchObject({ qType: kind, qGenericType: type, qGenericId: id });
    expect((await resultOf(qReturn.qHandle, 'GetProperties')).qProp).toEqual(truth.properties(id, 'leftOut'));
    const [part, own] = Object.entries(await resultOf(qReturn.qHandle, method))[0] ?? [];
    expect(own).toEqual(truth.properties(id)[part ?? '']);
    expect((await resultOf(DOC, method, [truth.sheetIds()[0]])).qReturn.qHandle).toBe(null);

    const qData = { title: '/qMetaDef/title', info: '/qDimInfos', def: '/qMeasure/qDef' };
    const definition = { qInfo: { qType: 'List' }, [`${list}Def`]: { qType: type, qData } };
    const created = await resultOf(DOC, 'CreateSessionObject', [definition]);
    const { qItems } = (await resultOf(created.qReturn.qHandle, 'GetLayout')).qLayout[list];
    expect(qItems.map(({ qInfo }: { qInfo: { qId: string } }) => qInfo.qId)).toEqual(ids);
    expect(qItems[0]).toMatchObject({ qMeta: truth.meta(id), qData: { title: truth.meta(id).title } });
    expect(Object.keys(qItems[0].qData)).toEqual(['title', type === 'measure' ? 'def' : 'info']);
  }
  expect(tenant.engine.counts).toMatchObject({ layouts: {}, listLayouts: 2 });
});

test('session objects come and go', async () => {
  const definition = { qInfo: { qId: 'SheetList', qType: 'SheetList' }, qAppObjectListDef: { qType: 'masterobject' } };
  const created = await probe.ask(DOC, 'CreateSessionObject', { qProp: definition });
  const handle = created.result.qReturn.qHandle;
  expect(created).toMatchObject({ change: [handle], result: { qInfo: definition.qInfo } });
  const { qAppObjectList } = (await resultOf(handle, 'GetLayout')).qLayout;
  expect(qAppObjectList.qItems).toHaveLength(3);
  expect(qAppObjectList.qItems[0].qData).toEqual({});
  expect((await resultOf(handle, 'GetProperties')).qProp).toEqual(definition);
  expect(await resultOf(DOC, 'DestroySessionObject', ['SheetList'])).toEqual({ qSuccess: true });
  expect(await resultOf(DOC, 'DestroySessionObject', ['SheetList'])).toEqual({ qSuccess: false });
  expect(await codeOf(handle, 'GetLayout')).toBe(-32602);
  expect(await codeOf(DOC, 'CreateSessionObject', [{ qInfo: {} }])).toBe(-32602);
  expect(await codeOf(DOC, 'CreateSessionObject', [{ qInfo: { qId: truth.sheetIds()[0], qType: 'x' } }])).toBe(3);
  expect(tenant.engine.counts.writes).toBe(0);
});

test('a layout of the app’s own objects is computed, holds rows of data, and is counted', async () => {
  const chart = truth.charts().find(({ type }) => type === 'barchart') ?? truth.charts()[0];
  await using withData = await EngineProbe.open(tenant, appId, 'with data', false);
  const layoutFor = async (client: EngineProbe) => {
    const handle = await client.handleOf(chart?.id ?? '');
    return JSON.stringify((await client.ask(handle, 'GetLayout')).result.qLayout);
  };
  expect(await layoutFor(withData)).toContain(ROW_DATA_MARK);
  expect(await layoutFor(probe)).not.toContain(ROW_DATA_MARK);
  expect(await layoutFor(probe)).not.toMatch(/qStringExpression|qLayoutExclude|qExtendsId/);
  expect(tenant.engine.counts.layouts).toEqual({ [chart?.type ?? '']: 3 });
  expect(JSON.parse(await layoutFor(withData)).qHyperCube).toMatchObject({
    qDimensionInfo: [{ qFallbackTitle: 'Dimension 0', qMin: 'NaN', qMax: 'NaN' }],
    qMeasureInfo: [{ qFallbackTitle: 'Measure 0', qMin: 0, qMax: 19 }],
  });
  expect(JSON.parse(await layoutFor(probe)).qHyperCube.qMeasureInfo).toMatchObject([{ qMin: 'NaN', qMax: 'NaN' }]);
  const [sheetId = ''] = truth.sheetIds(tenant.data.plan.adminId);
  const { qLayout } = await resultOf(await probe.handleOf(sheetId), 'GetLayout');
  expect(qLayout).toMatchObject({ qMeta: truth.meta(sheetId), rank: truth.properties(sheetId).rank });
  expect(qLayout.qChildList.qItems.map(({ qInfo }: { qInfo: { qId: string } }) => qInfo.qId)).toEqual(
    truth.childIds(sheetId),
  );
});

test('what an app holds besides', async () => {
  const sizes = [{ qcx: 1, qcy: 1 }, { qcx: 0, qcy: 0 }, 30, true, false];
  expect(await resultOf(DOC, 'GetTablesAndKeys', sizes)).toEqual({ qtr: [], qk: [] });
  expect((await resultOf(DOC, 'GetScript')).qScript).toContain('$tab Main');
  expect(await resultOf(DOC, 'GetConnections')).toEqual({ qConnections: [] });
});

test('requests that cannot be answered', async () => {
  expect(await codeOf(DOC, 'GetWeather')).toBe(-32601);
  expect(await codeOf(DOC, 'toString')).toBe(-32601);
  expect(await codeOf(-1, 'GetAppLayout')).toBe(-32601);
  expect(await codeOf(99, 'GetLayout')).toBe(-32602);
  for (const params of [[], [1], [null], ['a', 'b'], { id: 'a' }, {}, 'a', 1])
    expect(await codeOf(DOC, 'GetObject', params)).toBe(-32602);
  expect(await codeOf(-1, 'OpenDoc', ['another-app'])).toBe(1003);
  probe.socket.send('not json');
  await probe.until(({ error }) => error?.code === -32700);
  probe.socket.send('[]');
  await probe.until(({ error }) => error?.code === -32600);
  probe.socket.send(Buffer.from('{}'));
  await expect.poll(() => tenant.engine.counts.errors[-32700]).toBe(2);
});

test('writing is refused and counted', async () => {
  const sheet = await probe.handleOf(truth.sheetIds(tenant.data.plan.adminId)[0] ?? '');
  for (const method of ['SetProperties', 'ApplyPatches', 'DestroyAllChildren', 'Publish'])
    expect(await codeOf(sheet, method, [{}])).toBe(5);
  for (const method of ['DoSave', 'DoReload', 'CreateObject', 'DestroyObject', 'SetScript', 'AddAlternateState'])
    expect(await codeOf(DOC, method)).toBe(5);
  expect(tenant.engine.counts.writes).toBe(10);
});

test('others’ private sheets are not there, unless the dial says so', async () => {
  const { adminId } = tenant.data.plan;
  const document = appWhere((one) => one.sheetIds().length > one.sheetIds(adminId).length);
  const hidden = document.sheetIds().find((id) => !document.isVisible(id, adminId)) ?? '';
  await using reader = await EngineProbe.open(tenant, document.appId);
  const nothing = { qReturn: { qType: null, qHandle: null } };
  const sheets = async () => {
    const { qList } = (await reader.ask(DOC, 'GetObjects', [{ qTypes: ['sheet'] }])).result;
    return qList.map(({ qInfo }: { qInfo: { qId: string } }) => qInfo.qId);
  };
  expect(await sheets()).toEqual(document.idsOfType('sheet', adminId));
  expect((await reader.ask(DOC, 'GetObject', [hidden])).result).toEqual(nothing);
  expect((await reader.ask(DOC, 'GetObject', [document.childIds(hidden)[1]])).result).toEqual(nothing);
  tenant.engine.dials.privateSheets = 'all';
  expect(await sheets()).toEqual(document.idsOfType('sheet'));
  expect((await reader.ask(DOC, 'GetObject', [hidden])).result.qReturn.qGenericId).toBe(hidden);
});

test('whoever holds an object hears of its change and its end', async () => {
  const [sheetId = ''] = truth.sheetIds(tenant.data.plan.adminId);
  const [chartId = ''] = truth.childIds(sheetId);
  const [sheet, chart] = [await probe.handleOf(sheetId), await probe.handleOf(chartId)];
  truth.edit.change(chartId, { title: 'New' });
  await probe.until(({ id, change }) => id === undefined && change?.includes(sheet) === true && change.includes(chart));
  truth.edit.delete(chartId);
  await probe.until(({ id, close }) => id === undefined && close?.includes(chart) === true);
  expect(await codeOf(chart, 'GetProperties')).toBe(-32602);
});

test('an app that is deleted while it is open', async () => {
  tenant.data.items.delete(truth.item.id);
  probe.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 50, handle: DOC, method: 'GetAllInfos', params: [] }));
  expect((await probe.closed).code).toBe(4004);
});

test('messages and round trips are counted', async () => {
  const { counts, dials } = tenant.engine;
  counts.reset();
  dials.latencyMs = 300;
  await using reader = await EngineProbe.open(tenant, appId, 'counted');
  await Promise.all(['GetAppLayout', 'GetAllInfos', 'GetScript'].map((method) => reader.ask(DOC, method)));
  await reader.ask(DOC, 'GetAppProperties');
  reader.socket.close(1000);
  await reader.closed;
  await expect.poll(() => counts.sessionsOpen).toBe(1);
  expect(counts).toMatchObject({
    upgrades: 1,
    opens: 1,
    messages: 5,
    methods: { OpenDoc: 1, GetAppLayout: 1, GetAllInfos: 1, GetScript: 1, GetAppProperties: 1 },
    roundTrips: 3,
    mostInFlight: 3,
    mostSessionsOpen: 2,
    errors: {},
  });
  const { userId, ...visit } = counts.visits[0] ?? {};
  expect(userId).toBe(tenant.data.plan.adminId);
  expect(visit).toEqual({ appId, identity: 'counted', messages: 5, roundTrips: 3, mostInFlight: 3, closeCode: 1000 });
  expect(counts.bytesOut).toBe(reader.frames.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
  expect(counts.bytesIn).toBeGreaterThan(300);
});

test('requests in flight wait at the same time, and are answered in any order or in theirs', async () => {
  const { dials } = tenant.engine;
  // So long that the last request comes before the first answer, on a busy machine too.
  dials.latencyMs = 2_000;
  const ids = async () => {
    const before = probe.messages.length;
    await Promise.all(Array.from({ length: 30 }, () => probe.ask(-1, 'EngineVersion')));
    return probe.messages.slice(before).flatMap(({ id }) => id ?? []);
  };
  const start = performance.now();
  const shuffled = await ids();
  expect(performance.now() - start).toBeGreaterThan(1_995);
  expect(tenant.engine.counts.mostInFlight).toBe(30);
  expect(shuffled).not.toEqual(shuffled.toSorted((one, other) => one - other));
  Object.assign(dials, { latencyMs: 10, answers: 'inOrder' });
  const ordered = await ids();
  expect(ordered).toEqual(ordered.toSorted((one, other) => one - other));
});

test('notifications and changes come in between, unless the dials say no', async () => {
  const asked = async (client: EngineProbe) => {
    for (let turn = 0; turn < 20; turn++) await client.ask(-1, 'EngineVersion');
  };
  await asked(probe);
  const strange = probe.messages.filter(({ method }) => method && method !== 'OnConnected');
  expect(strange.length).toBeGreaterThan(2);
  expect(probe.messages.filter(({ id, change, close }) => id && change && close).length).toBeGreaterThan(2);
  expect(probe.messages.filter(({ id, method, change }) => !id && !method && change).length).toBeGreaterThan(1);
  Object.assign(tenant.engine.dials, { strangeNotifications: false, pushes: false, leadingNotification: true });
  await using quiet = new EngineProbe(tenant, `/app/${appId}/identity/quiet`);
  await asked(quiet);
  expect(quiet.messages.flatMap(({ method }) => method ?? [])).toEqual(['OnAuthenticationInformation', 'OnConnected']);
  expect(quiet.messages.some(({ change }) => change)).toBe(false);
});

test('patches, if they are asked for and granted', async () => {
  const ask = () => probe.ask(DOC, 'GetAppProperties', [], { delta: true });
  expect(await ask()).not.toHaveProperty('delta');
  tenant.engine.dials.delta = true;
  const first = await ask();
  expect(first).toMatchObject({ delta: true, result: { qProp: [{ op: 'add', path: '/' }] } });
  expect((await ask()).result).toEqual({ qProp: [] });
  tenant.data.items.change(truth.item.id, { name: 'Renamed' });
  expect((await ask()).result).toMatchObject({ qProp: [{ op: 'replace', path: '/', value: { qTitle: 'Renamed' } }] });
});
