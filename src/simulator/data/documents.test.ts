import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { makeTenantData, type TenantData } from '../tenant-data.ts';
import { INACTIVE } from './cubes.ts';
import type { AppDocument } from './document.ts';
import type { Reload } from './reloads.ts';

function appIdsOf(data: TenantData): string[] {
  return [...data.items.all()].filter(({ resourceType }) => resourceType === 'app').map(({ resourceId }) => resourceId);
}

function documentsOf(data: TenantData): AppDocument[] {
  return appIdsOf(data).map((appId) => data.document(appId));
}

function withSheets(data: TenantData): AppDocument {
  const document = documentsOf(data).find((one) => one.charts().length > 10);
  if (!document) throw new Error('no app has charts');
  return document;
}

function print(document: AppDocument): string {
  return JSON.stringify([...document.objects]);
}

test('the same seed makes the same documents, in whatever order they are asked for', () => {
  const first = documentsOf(makeTenantData()).map(print);
  const again = makeTenantData();
  const reversed = appIdsOf(again).reverse();
  expect(reversed.map((appId) => print(again.document(appId))).reverse()).toEqual(first);
  expect(documentsOf(makeTenantData({}, 2)).map(print)).not.toEqual(first);
});

test('an app has as many sheets and charts as told; preparation apps have none', () => {
  const data = makeTenantData({ apps: 60, sheets: 4, charts: 5 });
  const counts = documentsOf(data).map((document) => {
    const everyones = document.sheetIds('nobody');
    expect(new Set(everyones.map((id) => document.childIds(id).length)).difference(new Set([5, 6]))).toEqual(new Set());
    return [String(document.item.resourceAttributes.usage).includes('PREP'), everyones.length];
  });
  expect(new Set(counts.map(String))).toEqual(new Set(['true,0', 'false,4']));
  expect(documentsOf(makeTenantData({ sheets: 0 })).flatMap((document) => document.sheetIds())).toEqual([]);
  expect(documentsOf(makeTenantData({ charts: 0 })).flatMap((document) => document.charts())).toEqual([]);
});

test('in full size, a sheet is as long as real ones, and as long as told', () => {
  const data = makeTenantData();
  const lengths = () =>
    documentsOf(data).flatMap((document) => document.sheetIds().map((id) => JSON.stringify(document.tree(id)).length));
  expect(Math.min(...lengths())).toBeGreaterThan(30_000);
  expect(Math.max(...lengths())).toBeLessThan(124_000);
  data.documents.propertyPadding = 0;
  expect(Math.max(...lengths())).toBeLessThan(40_000);
  data.documents.propertyPadding = 3;
  expect(Math.min(...lengths())).toBeGreaterThan(100_000);
});

test('documents show everything that stands in apps', () => {
  const documents = documentsOf(makeTenantData());
  const charts = documents.flatMap((document) =>
    document.charts().map((placed) => ({ ...placed, document, properties: document.properties(placed.id) })),
  );
  const types = new Set(charts.map(({ properties, type }) => properties.visualization ?? type));
  expect(types.size).toBeGreaterThan(45);
  expect(new Set(charts.map(({ depth }) => depth))).toEqual(new Set([1, 2, 3, 4]));
  for (const { parentId, depth } of charts) expect(parentId === null).toBe(depth === 1);

  const text = JSON.stringify(charts.map(({ properties }) => properties));
  expect(text).toContain(INACTIVE);
  expect(text).toContain('"gaLayers":[{');
  expect(text).toContain('"qUndoExclude":{"generated":{');
  expect(text).toContain('"isMaster":true');
  expect(text).toContain('"title":{"qStringExpression":{"qExpr":"=');
  expect(text).toContain('"title":""');

  const linked = charts.filter(({ properties }) => properties.qExtendsId);
  const masters = linked.map(({ document, properties }) => {
    const id = properties.qExtendsId ?? '';
    return id.includes('qlik-compound-context') ? 'none' : document.objects.get(id)?.properties.qInfo.qType;
  });
  expect(new Set(masters)).toEqual(new Set(['masterobject', undefined, 'none']));

  const libraryIds = charts.flatMap(({ document, properties }) =>
    [...JSON.stringify(properties).matchAll(/"qLibraryId":"(.+?)"/g)].map(([, id = '']) => document.objects.has(id)),
  );
  expect(new Set(libraryIds)).toEqual(new Set([true, false]));
});

test('cells name what is not the sheet’s child, what is gone, and what stands on another sheet too', () => {
  const found = new Set<string>();
  for (const document of documentsOf(makeTenantData())) {
    const homes = new Map<string, string[]>();
    for (const sheetId of document.sheetIds()) {
      for (const { id } of document.chartsOn(sheetId)) homes.set(id, [...(homes.get(id) ?? []), sheetId]);
      const { cells } = document.properties(sheetId) as { cells?: { name: string }[] };
      for (const { name } of cells ?? []) {
        if (!document.objects.has(name)) found.add('gone');
        else if (!document.childIds(sheetId).includes(name)) found.add('stray');
      }
    }
    for (const [id, [firstSheetId, another]] of homes)
      if (another) {
        found.add('on two sheets');
        expect(document.charts().filter((chart) => chart.id === id)).toMatchObject([{ sheetId: firstSheetId }]);
      }
  }
  expect(found).toEqual(new Set(['gone', 'stray', 'on two sheets']));
});

test('sheets are public, community or private by what the app is, and private ones are their owner’s alone', () => {
  const data = makeTenantData({ apps: 80 });
  const states = new Set<string>();
  let hidden = 0;
  for (const document of documentsOf(data)) {
    const isPublished = document.item.resourceAttributes.publishTime !== '';
    for (const id of document.sheetIds()) {
      const { approved, published, ownerId = '', publishTime } = document.meta(id);
      states.add(`${isPublished ? 'published' : 'own'} app: ${approved} ${published} ${publishTime}`);
      expect(document.isVisible(id, ownerId)).toBe(true);
      expect(document.isVisible(id, data.plan.adminId)).toBe(published || ownerId === data.plan.adminId);
      if (document.isVisible(id, data.plan.adminId)) continue;
      hidden++;
      expect(document.isVisible(document.childIds(id)[1] ?? '', data.plan.adminId)).toBe(false);
      expect(document.sheetIds(data.plan.adminId)).not.toContain(id);
    }
  }
  expect(states).toEqual(
    new Set([
      'published app: true true true',
      'published app: false true true',
      'published app: false false undefined',
      'own app: false true true',
      'own app: false false undefined',
    ]),
  );
  expect(hidden).toBeGreaterThan(5);
});

test('nothing was made before its app or after the app’s last change', () => {
  for (const document of documentsOf(makeTenantData())) {
    const app = document.item.resourceAttributes as { createdDate: string; modifiedDate: string };
    for (const id of [...document.sheetIds(), ...document.idsOfType('measure')]) {
      const { createdDate = '', modifiedDate = '' } = document.meta(id);
      expect([app.createdDate, createdDate, modifiedDate, app.modifiedDate]).toEqual(
        [app.createdDate, createdDate, modifiedDate, app.modifiedDate].sort(),
      );
    }
  }
});

test('an edit moves the times of the sheet and the app, or those it is told to', () => {
  const data = makeTenantData();
  const document = withSheets(data);
  const [chart] = document.charts();
  const { id = '', sheetId = '' } = chart ?? {};
  const times = () => [
    document.meta(sheetId).modifiedDate ?? '',
    String(document.item.resourceAttributes.modifiedDate),
    document.item.updatedAt,
    document.item.resourceUpdatedAt,
  ];
  const moved = (edit: () => void) => {
    const before = times();
    edit();
    return times().map((time, index) => time > (before[index] ?? ''));
  };
  expect(moved(() => document.edit.change(id, { title: 'New' }))).toEqual([true, true, true, true]);
  expect(document.properties(id).title).toBe('New');
  expect(moved(() => document.edit.change(id, { title: undefined }, { app: false }))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(document.properties(id)).not.toHaveProperty('title');
  expect(moved(() => document.edit.change(id, { title: 'X' }, { object: false }))).toEqual([false, true, true, true]);
  expect(moved(() => document.edit.change(id, { title: 'Y' }, { object: false, app: false }))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  const { lastReloadTime } = document.item.resourceAttributes;
  expect(moved(() => document.edit.reload())).toEqual([false, true, true, true]);
  expect(document.item.resourceAttributes.lastReloadTime).not.toBe(lastReloadTime);
  const [[, latest] = []] = data.reloads.walk('creationTime', -1);
  expect(latest).toMatchObject({
    appId: document.appId,
    status: 'SUCCEEDED',
    endTime: document.item.resourceAttributes.lastReloadTime,
  });
});

test('a reload is queued, begins and ends; the app tells of its end', () => {
  const data = makeTenantData();
  const { reloads, item: first, appId } = withSheets(data);
  const item = () => data.itemOfApp(appId) ?? first;
  const id = reloads.queue({ type: 'external' });
  const row = () => data.reloads.get(id);
  expect(row()).toMatchObject({ appId, status: 'QUEUED', type: 'external' });
  expect(row()).not.toHaveProperty('startTime');
  reloads.begin(id);
  expect(row()).toMatchObject({ status: 'RELOADING', startTime: expect.any(String) });
  expect(item()).toEqual(first);
  reloads.end(id);
  const { creationTime = '', startTime = '', endTime = '', engineTime } = row() ?? {};
  expect([creationTime, startTime, endTime]).toEqual([creationTime, startTime, endTime].toSorted());
  expect(engineTime).toBe(endTime);
  expect(item().resourceReloadStatus).toBe('ok');
  expect(item().resourceAttributes.lastReloadTime).toBe(endTime);
});

test.each([
  ['FAILED', true],
  ['CANCELED', false],
  ['EXCEEDED_LIMIT', false],
] as const)('a reload that ends %s leaves the app’s data as it was', (status, hasError) => {
  const data = makeTenantData();
  const { reloads, item: before, appId } = withSheets(data);
  const row = data.reloads.get(reloads.run(status)) as Reload;
  expect(row).toMatchObject({ appId, status });
  expect(row).not.toHaveProperty('engineTime');
  expect(Boolean(row.errorCode && row.errorMessage)).toBe(hasError);
  const after = data.itemOfApp(appId);
  expect(after).toMatchObject({ resourceReloadStatus: 'failed', resourceAttributes: before.resourceAttributes });
  expect(after?.updatedAt.localeCompare(before.updatedAt)).toBe(1);
  const apartMs = Date.parse(after?.resourceReloadEndTime ?? '') - Date.parse(row.endTime ?? '');
  expect(Math.abs(apartMs)).toBeLessThan(1000);
});

test('charts, sheets and master items come, move and go', () => {
  const document = withSheets(makeTenantData());
  const ids = () => document.charts().map(({ id }) => id);
  const [sheetId = '', other = ''] = document.sheetIds();
  const added = document.edit.addChart(sheetId, { kind: 'four deep', properties: { title: 'Added' } });
  expect(document.properties(added).title).toBe('Added');
  const inside = document.chartsOn(sheetId).filter(({ id, parentId }) => id === added || parentId === added);
  expect(inside).toMatchObject([{ sheetId, depth: 1 }, { depth: 2 }]);
  document.edit.moveChart(added, other);
  expect(document.charts().find(({ id }) => id === added)).toMatchObject({ sheetId: other });
  document.edit.delete(added);
  expect(ids()).not.toContain(added);
  expect(ids()).not.toContain(inside[1]?.id);

  const newSheet = document.edit.addSheet({ title: 'Mine', charts: 2, visibility: 'private' });
  expect(document.sheetIds().at(-1)).toBe(newSheet);
  expect(document.chartsOn(newSheet).filter(({ depth }) => depth === 1)).toHaveLength(2);
  expect(document.meta(newSheet)).toMatchObject({ title: 'Mine', published: false });
  document.edit.changeMeta(newSheet, { published: true });
  expect(document.isVisible(newSheet, 'nobody')).toBe(true);
  document.edit.change(newSheet, { qMetaDef: { title: 'Ours' } });
  expect(document.meta(newSheet).title).toBe('Ours');
  document.edit.delete(newSheet);
  expect(document.sheetIds()).not.toContain(newSheet);

  const [measureId = ''] = document.idsOfType('measure');
  const { modifiedDate = '' } = document.meta(measureId);
  document.edit.change(measureId, { qMeasure: { qDef: 'Sum(1)' } });
  expect(document.meta(measureId).modifiedDate).not.toBe(modifiedDate);
  document.edit.delete(measureId);
  expect(document.idsOfType('measure')).not.toContain(measureId);
  expect(() => document.edit.delete(measureId)).toThrow('no object');
});

test('a document that was edited or reloaded is kept; others are let go', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const data = makeTenantData({ apps: 120, sheets: 5, charts: 40 });
  const [first = '', second = '', ...others] = appIdsOf(data);
  const sheetId = data.document(first).edit.addSheet({ charts: 0 });
  const content = print(data.document(second));
  data.document(second).edit.reload();
  collect();
  const before = process.memoryUsage().heapUsed;
  let charts = 0;
  for (const appId of others) charts += data.document(appId).charts().length;
  expect(charts).toBeGreaterThan(20_000);
  return new Promise((resolve) => setTimeout(resolve, 1)).then(() => {
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
    expect(data.document(first).sheetIds()).toContain(sheetId);
    expect(print(data.document(second)) === content).toBe(true);
  });
});

test('a published app has the ids of the app that it was published from', () => {
  const data = makeTenantData({ apps: 80 });
  const originOf = ({ item }: AppDocument) => data.documents.get(String(item.resourceAttributes.originAppId));
  const pairs = documentsOf(data).flatMap((document) => {
    const origin = originOf(document);
    return origin && !originOf(origin) ? [[document, origin] as const] : [];
  });
  expect(pairs.length).toBeGreaterThan(2);
  for (const [published, origin] of pairs) expect(published.idsOfType('measure')).toEqual(origin.idsOfType('measure'));
  expect(data.documents.get('no such app')).toBeUndefined();
  expect(() => data.document('no such app')).toThrow('no app');
});
