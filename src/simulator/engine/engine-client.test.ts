import { createRequire } from 'node:module';
import { type AppSession, openAppSession } from '@qlik/api/qix';
import enigma from 'enigma.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { AppDocument } from '../data/document.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../tenant.ts';

const schema = createRequire(import.meta.url)('enigma.js/schemas/12.2027.0.json') as object;

let tenant: SimulatedTenant;
let appId: string;
let truth: AppDocument;
beforeEach(async () => {
  tenant = await startSimulatedTenant();
  const app = [...tenant.data.items.all()].find(({ resourceAttributes: { usage } }) => usage === 'ANALYTICS');
  appId = app?.resourceId ?? '';
  truth = tenant.data.document(appId);
  expect(visibleSheetIds().length).toBeGreaterThan(2);
});
afterEach(() => tenant.close());

function visibleSheetIds(): string[] {
  return truth.idsOfType('sheet', tenant.data.plan.adminId);
}

/** What enigma.js makes of a handle, as far as it is used here. */
interface Remote {
  id: string;
  openDoc(...params: unknown[]): Promise<Remote>;
  getAppLayout(): Promise<object>;
  getObjects(options: object): Promise<{ qInfo: { qId: string } }[]>;
  getObject(id: string): Promise<Remote>;
  getMeasure(id: string): Promise<Remote>;
  getProperties(): Promise<object>;
  getFullPropertyTree(): Promise<object>;
  createSessionObject(properties: object): Promise<Remote>;
  getLayout(): Promise<{ qAppObjectList: { qItems: { qInfo: { qId: string } }[] } }>;
}

function enigmaSession(delta: boolean) {
  return enigma.create({
    schema,
    url: `${tenant.url.replace('http', 'ws')}/app/${appId}/identity/judge`,
    createSocket: (url: string) =>
      new WebSocket(url, { headers: { authorization: `Bearer ${tenant.apiKey}` } }) as unknown as globalThis.WebSocket,
    protocol: { delta },
  });
}

test.each([
  ['without delta', false, false],
  ['with delta asked for, and refused', true, false],
  ['with delta', true, true],
])('enigma.js reads an app without its data: %s', async (_, asked, granted) => {
  tenant.engine.dials.delta = granted;
  const session = enigmaSession(asked);
  const global = (await session.open()) as unknown as Remote;
  const doc = await global.openDoc(appId, '', '', '', true);
  expect(await doc.getAppLayout()).toMatchObject({ qIsOpenedWithoutData: true, id: appId, qUsage: 'ANALYTICS' });
  const listed = await doc.getObjects({ qTypes: ['sheet'], qData: { title: '/qMetaDef/title' } });
  expect(listed.map(({ qInfo }) => qInfo.qId)).toEqual(visibleSheetIds());
  for (const id of visibleSheetIds()) {
    const sheet = await doc.getObject(id);
    expect(await sheet.getFullPropertyTree()).toEqual(truth.tree(id, 'leftOut'));
    expect(await sheet.getFullPropertyTree()).toEqual(truth.tree(id, 'leftOut'));
  }
  const list = await doc.createSessionObject({ qInfo: { qType: 'SheetList' }, qAppObjectListDef: { qType: 'sheet' } });
  expect((await list.getLayout()).qAppObjectList.qItems.map(({ qInfo }) => qInfo.qId)).toEqual(visibleSheetIds());
  const [measureId = ''] = truth.idsOfType('measure');
  expect(await (await doc.getMeasure(measureId)).getProperties()).toEqual(truth.properties(measureId, 'leftOut'));
  await expect(doc.getObject('nothing')).rejects.toMatchObject({ code: -2 });
  await session.close();
  await expect.poll(() => tenant.engine.counts.sessionsOpen).toBe(0);
  expect(tenant.engine.counts).toMatchObject({ opens: 1, opensWithData: 0, layouts: {}, listLayouts: 1, writes: 0 });
});

test('enigma.js sees errors', async () => {
  const session = enigmaSession(false);
  const global = (await session.open()) as unknown as Remote;
  tenant.engine.faults.add({ method: 'OpenDoc', error: 11000 });
  await expect(global.openDoc(appId, '', '', '', true)).rejects.toMatchObject({ code: 11000 });
  await session.close();
});

test('Qlik’s own client reads an app without its data', async () => {
  const hostConfig = { authType: 'apikey', host: tenant.url, apiKey: tenant.apiKey } as const;
  const session: AppSession = openAppSession({ appId, identity: 'judge-2', withoutData: true, hostConfig });
  const doc = await session.getDoc();
  expect(await doc.getAppLayout()).toMatchObject({ qIsOpenedWithoutData: true, qFileName: appId });
  const sheets = await doc.getSheetList();
  expect(sheets.map(({ qInfo }) => qInfo?.qId)).toEqual(visibleSheetIds());
  for (const id of visibleSheetIds()) {
    const sheet = await doc.getObject(id);
    expect(await sheet.getFullPropertyTree()).toEqual(truth.tree(id));
  }
  const measures = await doc.getMeasureList();
  expect(measures.map(({ qInfo }) => qInfo?.qId)).toEqual(truth.idsOfType('measure'));
  const dimensions = await doc.getDimensionList();
  expect(dimensions.map(({ qInfo }) => qInfo?.qId)).toEqual(truth.idsOfType('dimension'));
  await session.close();
  expect(tenant.engine.counts.identities).toEqual(['judge-2']);
});
