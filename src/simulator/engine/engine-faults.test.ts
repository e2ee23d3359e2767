import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppDocument } from '../data/document.ts';
import { selfSigned } from '../self-signed.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../tenant.ts';
import type { EngineFault } from './engine-faults.ts';
import { DOC, EngineProbe } from './engine-probe.ts';

let tenant: SimulatedTenant;
let document: AppDocument;
let appId: string;
beforeEach(async () => {
  tenant = await startSimulatedTenant();
  document = appWhere((one) => !one.item.resourceAttributes.hasSectionAccess && one.sheetIds().length > 2);
  appId = document.appId;
});
afterEach(() => tenant.close());

function appWhere(suits: (document: AppDocument) => boolean): AppDocument {
  for (const { resourceType, resourceId } of tenant.data.items.all())
    if (resourceType === 'app' && suits(tenant.data.document(resourceId))) return tenant.data.document(resourceId);
  throw new Error('no app suits');
}

function strike(fault: EngineFault) {
  return tenant.engine.faults.add(fault);
}

function connect(path = `/app/${appId}`, authorization?: string) {
  return new EngineProbe(tenant, path, authorization);
}

const never = (ms = 40) => new Promise((resolve) => setTimeout(resolve, ms, 'nothing'));

test('upgrades are refused in HTTP: without credentials, elsewhere, and as told', async () => {
  const statusOf = async (...place: Parameters<typeof connect>) => (await connect(...place).refused).status;
  expect(await statusOf(`/app/${appId}`, 'Bearer wrong')).toBe(401);
  expect(await statusOf('/api/v1/users')).toBe(404);
  strike({ http: 429, headers: { 'retry-after': '7' }, times: 1, app: appId });
  const { status, headers } = await connect().refused;
  expect([status, headers['retry-after'], headers['content-type']]).toEqual([429, '7', 'application/json']);
  strike({ http: 403, after: 1 });
  await using fine = connect();
  await fine.until(({ method }) => method === 'OnConnected');
  expect(await statusOf()).toBe(403);
  tenant.faults.refuseKey = true;
  tenant.engine.faults.clear();
  expect(await statusOf()).toBe(401);
  expect(tenant.engine.counts).toMatchObject({ upgrades: 6, refusals: { 401: 2, 403: 1, 404: 1, 429: 1 } });
});

test('an access token opens an app as it opens lists', async () => {
  const { clientId, clientSecret } = tenant.oauthClient;
  const asked = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
  const answer = await fetch(`${tenant.url}/oauth/token`, { method: 'POST', body: JSON.stringify(asked) });
  const { access_token } = (await answer.json()) as { access_token: string };
  await using probe = connect(`/app/${appId}/identity/a/ttl/0`, `Bearer ${access_token}`);
  await probe.until(({ method }) => method === 'OnConnected');
  expect(tenant.engine.counts.visits).toMatchObject([{ userId: tenant.data.plan.botId, identity: 'a' }]);
});

test('an upgrade that is never answered, and one that is cut off', async () => {
  strike({ at: 'upgrade', silent: true, times: 1 });
  await using silent = connect();
  expect(await Promise.race([silent.closed, silent.refused, never()])).toBe('nothing');
  strike({ at: 'upgrade', close: 1006 });
  expect((await connect().closed).code).toBe(1006);
});

test.each([
  [4203, '{"code":"QEP-103","traceId":"000000000000000079cf1ebeae103de1"}'],
  [4205, expect.stringContaining('QEP-105')],
  [4230, expect.stringContaining('QEP-130')],
  [4240, expect.stringContaining('QEP-140')],
  [4005, ''],
  [4006, ''],
  [1013, ''],
  [1006, ''],
  [1005, ''],
])('closed with %i: instead of the first words, after them, and on a request', async (close, reason) => {
  strike({ close, times: 1 });
  const first = connect();
  expect(await first.closed).toEqual({ code: close, reason });
  expect(first.messages).toEqual([]);
  strike({ at: 'connected', close, times: 1 });
  const second = connect();
  expect((await second.closed).code).toBe(close);
  expect(second.messages.map(({ method }) => method)).toContain('OnConnected');
  strike({ method: 'GetAllInfos', close, times: 1 });
  const third = await EngineProbe.open(tenant, appId);
  void third.ask(DOC, 'GetAllInfos');
  expect(await third.closed).toEqual({ code: close, reason });
  await using fourth = await EngineProbe.open(tenant, appId);
  expect((await fourth.ask(DOC, 'GetAllInfos')).result).toHaveProperty('qInfos');
});

test.each(['SESSION_ERROR_NO_LICENSE', 'SESSION_ERROR_LIMIT_EXCEEDED', 'SESSION_ERROR_APP_ACCESS_DENIED'])(
  'first words that refuse: %s',
  async (sessionState) => {
    strike({ sessionState });
    await using probe = connect();
    const words = await probe.until(({ method }) => method === 'OnConnected');
    expect(words.params).toEqual({ qSessionState: sessionState });
    expect((await probe.ask(-1, 'OpenDoc', [appId])).error).toMatchObject({ code: 5 });
    expect(tenant.engine.counts).toMatchObject({ opens: 0, errors: { 5: 1 } });
  },
);

test.each([-128, 2, 5, 6, 15, 19, 21, 403, 1002, 1003, 1009, 1015, 1019, 4000, 11000, 12002, -32604])(
  'error %i on a method, as often as told',
  async (error) => {
    strike({ method: 'GetAppLayout', error, times: 1, app: ['other', appId] });
    await using probe = await EngineProbe.open(tenant, appId);
    const answer = await probe.ask(DOC, 'GetAppLayout');
    expect(answer.error).toEqual({ code: error, parameter: '', message: expect.stringMatching(/\w/) });
    expect((await probe.ask(DOC, 'GetAppLayout')).result).toHaveProperty('qLayout');
    expect(tenant.engine.counts.errors).toEqual({ [error]: 1 });
  },
);

test('a fault for one object, by what is asked of it and by who asks for it', async () => {
  const [one = '', other = ''] = document.sheetIds(tenant.data.plan.adminId);
  strike({ method: 'GetFullPropertyTree', object: one, error: -32604 });
  strike({ method: 'GetObject', object: other, gone: true });
  await using probe = await EngineProbe.open(tenant, appId);
  const handle = await probe.handleOf(one);
  expect((await probe.ask(handle, 'GetFullPropertyTree')).error).toMatchObject({ code: -32604 });
  expect((await probe.ask(handle, 'GetProperties')).result).toHaveProperty('qProp');
  const nothing = { qReturn: { qType: null, qHandle: null } };
  expect((await probe.ask(DOC, 'GetObject', [other])).result).toEqual(nothing);
  expect((await probe.ask(DOC, 'GetObject', { qId: other })).result).toEqual(nothing);
});

test('a handle that the engine drops', async () => {
  strike({ method: 'GetProperties', dropsHandle: true, times: 1 });
  await using probe = await EngineProbe.open(tenant, appId);
  const handle = await probe.handleOf(document.sheetIds(tenant.data.plan.adminId)[0] ?? '');
  const answer = probe.ask(handle, 'GetProperties');
  expect(await probe.until(({ close }) => close?.includes(handle) === true)).not.toHaveProperty('id');
  expect(await Promise.race([answer, never()])).toBe('nothing');
  expect((await probe.ask(handle, 'GetProperties')).error).toMatchObject({ code: -32602 });
});

test('silence: no first words, no answer, nothing at all', async () => {
  strike({ silent: true, times: 1 });
  await using mute = connect();
  expect(await Promise.race([mute.until(() => true), mute.closed, never()])).toBe('nothing');
  strike({ method: 'GetAllInfos', silent: true });
  strike({ method: 'GetScript', halfOpen: true });
  await using probe = await EngineProbe.open(tenant, appId);
  const unanswered = probe.ask(DOC, 'GetAllInfos');
  expect((await probe.ask(DOC, 'GetAppLayout')).result).toHaveProperty('qLayout');
  void probe.ask(DOC, 'GetScript');
  const lost = probe.ask(DOC, 'GetAppLayout');
  await never();
  probe.socket.close(1000);
  expect(await Promise.race([unanswered, lost, probe.closed, never()])).toBe('nothing');
});

test('frames that are broken, binary, too long, late, or from another world', async () => {
  strike({ method: 'GetScript', garbled: true });
  strike({ method: 'GetAppLayout', binary: true });
  strike({ method: 'GetAllInfos', oversizeBytes: 3_000_000 });
  strike({ method: 'GetConnections', delayMs: 60 });
  strike({ method: 'GetLineage', result: { unexpected: 1 } });
  strike({
    method: 'GetAppProperties',
    notification: { method: 'OnNoEngineAvailable', params: { severity: 'fatal' } },
  });
  await using probe = await EngineProbe.open(tenant, appId);
  void probe.ask(DOC, 'GetScript');
  await expect.poll(() => probe.frames.some(({ text }) => text.endsWith('}{,'))).toBe(true);
  await probe.ask(DOC, 'GetAppLayout');
  expect(probe.frames.filter(({ isBinary }) => isBinary)).toHaveLength(1);
  await probe.ask(DOC, 'GetAllInfos');
  expect(Math.max(...probe.frames.map(({ text }) => text.length))).toBe(3_000_000);
  const start = performance.now();
  await probe.ask(DOC, 'GetConnections');
  expect(performance.now() - start).toBeGreaterThan(55);
  expect((await probe.ask(DOC, 'GetLineage')).result).toEqual({ unexpected: 1 });
  await probe.ask(DOC, 'GetAppProperties');
  expect(probe.messages.find(({ method }) => method === 'OnNoEngineAvailable')?.params).toEqual({ severity: 'fatal' });
});

test.each([
  ['http', 404],
  ['close', 4204],
  ['error', 1003],
] as const)('an app that does not exist: %s', async (way, code) => {
  tenant.engine.dials.unknownApps = way;
  expect(await refusalOf('no-such-app')).toBe(code);
  expect(tenant.engine.counts.sessionsOpen).toBe(0);
});

test.each([
  ['opened', 0],
  ['http', 403],
  ['close', 4203],
  ['error', 5],
  ['sessionState', 'SESSION_ERROR_APP_ACCESS_DENIED'],
] as const)('an app in a managed space that the caller may only list: %s', async (way, code) => {
  tenant.engine.dials.managedApps = way;
  const typeOf = ({ item }: AppDocument) => tenant.data.spaces.get(item.spaceId ?? '')?.type;
  const isOpen = (one: AppDocument) => !one.item.resourceAttributes.hasSectionAccess;
  expect(await refusalOf(appWhere((one) => isOpen(one) && typeOf(one) === 'managed').appId)).toBe(code);
  expect(await refusalOf(appWhere((one) => isOpen(one) && typeOf(one) !== 'managed').appId)).toBe(0);
});

/** How an app is refused: a status, a close code, a session state or an error; 0 if it opens. */
async function refusalOf(wanted: string): Promise<unknown> {
  await using probe = connect(`/app/${wanted}`);
  const words = probe.until(({ method }) => method === 'OnConnected');
  const met = await Promise.race([probe.refused, probe.closed, words]);
  if ('status' in met) return met.status;
  if ('reason' in met) return met.code;
  const { qSessionState } = met.params ?? {};
  if (qSessionState !== 'SESSION_CREATED') return qSessionState;
  return (await probe.ask(-1, 'OpenDoc', [wanted, '', '', '', true])).error?.code ?? 0;
}

test('section access keeps out those who want data', async () => {
  await tenant.close();
  tenant = await startSimulatedTenant({ apps: 100 });
  const { appId: guarded } = appWhere(({ item }) => item.resourceAttributes.hasSectionAccess === true);
  const openWith = async (identity: string, qNoData: boolean) => {
    await using probe = connect(`/app/${guarded}/identity/${identity}`);
    return (await probe.ask(-1, 'OpenDoc', { qDocName: guarded, qNoData })).error?.code;
  };
  expect(await openWith('a', false)).toBe(5);
  expect(await openWith('b', true)).toBe(undefined);
  Object.assign(tenant.engine.dials, { sectionAccessError: 4000, sectionAccessWithoutData: 'refused' });
  expect(await openWith('c', false)).toBe(4000);
  expect(await openWith('d', true)).toBe(4000);
});

test('an app that opens with its data although none was wanted', async () => {
  tenant.engine.dials.noData = 'ignored';
  await using probe = await EngineProbe.open(tenant, appId);
  expect((await probe.ask(DOC, 'GetAppLayout')).result.qLayout.qIsOpenedWithoutData).toBe(false);
  expect(tenant.engine.counts.opensWithData).toBe(1);
});

test('a limit of sessions', async () => {
  tenant.engine.dials.sessionLimit = 2;
  const first = await EngineProbe.open(tenant, appId, 'a');
  await using second = await EngineProbe.open(tenant, appId, 'b');
  await using attached = connect(`/app/${appId}/identity/b`);
  await attached.until(({ method }) => method === 'OnConnected');
  expect((await connect(`/app/${appId}/identity/c`).closed).code).toBe(4005);
  await first[Symbol.asyncDispose]();
  await expect.poll(() => tenant.engine.counts.sessionsOpen).toBe(1);
  await using third = await EngineProbe.open(tenant, appId, 'c');
  expect([second, third].map(({ socket }) => socket.readyState)).toEqual([1, 1]);
  expect(tenant.engine.counts.mostSessionsOpen).toBe(2);
});

test('an engine without GetObjects, or with less of it', async () => {
  await using probe = await EngineProbe.open(tenant, appId);
  const list = () => probe.ask(DOC, 'GetObjects', [{ qTypes: ['sheet'], qData: {} }]);
  tenant.engine.dials.getObjects = 'unknown';
  expect((await list()).error).toMatchObject({ code: -32601 });
  tenant.engine.dials.getObjects = 'invalid';
  expect((await list()).error).toMatchObject({ code: -32602 });
  tenant.engine.dials.getObjects = 'emptyMeta';
  const { qList } = (await list()).result;
  expect(qList.length).toBeGreaterThan(2);
  for (const { qMeta } of qList) expect(qMeta).toEqual({});
});

test('answers that are too long', async () => {
  const { dials, counts } = tenant.engine;
  dials.largestAnswerBytes = 20_000;
  await using probe = await EngineProbe.open(tenant, appId);
  const handle = await probe.handleOf(document.sheetIds(tenant.data.plan.adminId)[0] ?? '');
  expect((await probe.ask(handle, 'GetFullPropertyTree')).error).toMatchObject({ code: -32604 });
  expect((await probe.ask(handle, 'GetProperties')).result).toHaveProperty('qProp');
  expect(counts.errors).toEqual({ [-32604]: 1 });
  dials.tooLarge = 'close';
  void probe.ask(handle, 'GetFullPropertyTree');
  expect((await probe.closed).code).toBe(1009);
});

test('compression is agreed to unless the dial says no', async () => {
  tenant.engine.dials.compression = 'off';
  await using probe = await EngineProbe.open(tenant, appId);
  expect(probe.socket.extensions).toBe('');
});

test('faults are taken back one by one and all at once', async () => {
  const remove = strike({ method: 'GetScript', error: 6 });
  strike({ error: 19, after: 2 });
  await using probe = await EngineProbe.open(tenant, appId);
  const code = async () => (await probe.ask(DOC, 'GetScript')).error?.code;
  expect(await code()).toBe(6);
  remove();
  expect([await code(), await code()]).toEqual([undefined, 19]);
  tenant.engine.faults.clear();
  expect(await code()).toBe(undefined);
});

test('closing the tenant ends every session, over TLS too', async () => {
  const secure = await startSimulatedTenant({ tls: selfSigned() });
  const { WebSocket } = await import('ws');
  const headers = { authorization: `Bearer ${secure.apiKey}` };
  const [item] = [...secure.data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  const url = `${secure.url.replace('http', 'ws')}/app/${item?.resourceId}/ttl/60`;
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
  await new Promise((resolve) => socket.on('message', resolve));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await secure.close();
  expect(await closed).toBe(1006);
  expect(secure.engine.counts.sessionsOpen).toBe(0);
});
