import { expect, test } from 'vitest';
import { answersOf, ScriptedEngine, type ScriptedObject } from '../qlik/testing/scripted-engine.ts';
import { sheets } from './sheets.ts';

type Sheet = Omit<ScriptedObject, 'type'>;

/** The rows of an app with these sheets. */
async function rowsOf(objects: { readonly [id: string]: Sheet }, published = false) {
  const app = Object.fromEntries(Object.entries(objects).map(([id, sheet]) => [id, { type: 'sheet', ...sheet }]));
  await using engine = await ScriptedEngine.start({ answer: answersOf(app) });
  await using visit = engine.visit({ published });
  const { sections } = await sheets.readPartition(visit);
  return (await Promise.all(sections.map((section) => section.read()))).flat();
}

async function rowOf(sheet: Sheet, published?: boolean) {
  const [row] = await rowsOf({ 'sheet-1': sheet }, published);
  return row;
}

test('a sheet is told by what is stored of it, and what the engine knows of it', async () => {
  const cells = [{ name: 'chart-1', type: 'kpi', col: 0, row: 0, colspan: 8, rowspan: 4, bounds: { x: 0 } }];
  const properties = {
    qMetaDef: { title: 'An old title', description: 'An old one' },
    rank: 3,
    columns: 24,
    rows: 12,
    gridResolution: 'small',
    cells,
    thumbnail: { qStaticContentUrlDef: { qUrl: '/media/a.png' } },
    labelExpression: { qStringExpression: { qExpr: "='Sales '&Max(Year)" } },
    descriptionExpression: { qStringExpression: "='As of '&Today()" },
    showCondition: "=GetSelectedCount(Region)>0 or '1'='1'",
  };
  const meta = {
    id: 'object-1',
    title: 'Overview',
    description: 'For all',
    ownerId: 'user-1',
    owner: 'auth0|1',
    approved: true,
    published: true,
    createdDate: '2024-01-01T00:00:00.000Z',
    modifiedDate: '2024-02-01T00:00:00.000Z',
    privileges: ['read'],
  };
  expect(await rowOf({ properties, meta })).toEqual({
    appId: 'app-1',
    id: 'sheet-1',
    objectId: 'object-1',
    title: 'Overview',
    description: 'For all',
    rank: 3,
    ownerId: 'user-1',
    approved: true,
    published: true,
    visibility: 'public',
    createdDate: '2024-01-01T00:00:00.000Z',
    modifiedDate: '2024-02-01T00:00:00.000Z',
    columns: 24,
    rows: 12,
    gridResolution: 'small',
    cells,
    thumbnail: '/media/a.png',
    labelExpression: "='Sales '&Max(Year)",
    descriptionExpression: "='As of '&Today()",
    showCondition: "=GetSelectedCount(Region)>0 or '1'='1'",
    url: 'https://acme.example.com/sense/app/app-1/sheet/sheet-1/state/analysis',
  });
});

test('a sheet of which little is known has null for the rest', async () => {
  const { appId, id, url, objectId, ...rest } = (await rowOf({})) ?? {};
  expect([appId, id, objectId]).toEqual(['app-1', 'sheet-1', 'meta-sheet-1']);
  expect(Object.keys(rest).sort()).toEqual(
    Object.keys(sheets.schema.properties ?? {})
      .filter((field) => !['appId', 'id', 'objectId', 'url'].includes(field))
      .sort(),
  );
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
});

test('the title as stored serves where the engine knows none', async () => {
  const row = await rowOf({ properties: { qMetaDef: { title: 'Stored', description: 'Too' } } });
  expect(row).toMatchObject({ title: 'Stored', description: 'Too' });
});

test.each([
  [false, false, true, 'public'],
  [false, false, false, 'private'],
  [true, true, true, 'public'],
  [true, false, true, 'community'],
  [true, false, false, 'private'],
  [true, undefined, undefined, null],
])('in an app that is published: %s, a sheet that is approved: %s, published: %s is %s', async (...facts) => {
  const [ofPublishedApp, approved, published, visibility] = facts;
  const row = await rowOf({ meta: { id: 'object-1', approved, published } }, ofPublishedApp);
  expect(row?.visibility).toBe(visibility);
});

test.each<[stored: unknown, expected: string | null]>([
  [{ qStaticContentUrlDef: { qUrl: '/a.png' } }, '/a.png'],
  [{ qStaticContentUrl: { qUrl: '/b.png' } }, '/b.png'],
  [{ qStaticContentUrlDef: { qUrl: '' } }, null],
  [{ qStaticContentUrlDef: {} }, null],
  [{}, null],
  [null, null],
])('a thumbnail stored as %j is %s', async (thumbnail, expected) => {
  expect((await rowOf({ properties: { thumbnail } }))?.thumbnail).toBe(expected);
});

test.each<[stored: unknown, expected: string | null]>([
  [{ qStringExpression: { qExpr: "='A'" } }, "='A'"],
  [{ qValueExpression: { qExpr: '=1' } }, '=1'],
  ['=Max(Year)', '=Max(Year)'],
  ['', null],
  [{}, null],
  [null, null],
])('an expression stored as %j is %s', async (stored, expected) => {
  const properties = { labelExpression: stored, descriptionExpression: stored, showCondition: stored };
  const { labelExpression, descriptionExpression, showCondition } = (await rowOf({ properties })) ?? {};
  expect([labelExpression, descriptionExpression, showCondition]).toEqual([expected, expected, expected]);
});

test('sheets come by rank, which is 0 where there is none', async () => {
  const ranks = { late: 7, none: undefined, early: -1, middle: 2.5, alike: 2.5 };
  const rows = await rowsOf(
    Object.fromEntries(
      Object.entries(ranks).map(([id, rank]) => [id, { properties: rank === undefined ? {} : { rank } }]),
    ),
  );
  expect(rows.map(({ id }) => id)).toEqual(['early', 'none', 'middle', 'alike', 'late']);
});

test('every sheet is a section of its own, which is there with the list, and is always looked at', async () => {
  await using engine = await ScriptedEngine.start({
    answer: answersOf({ b: { type: 'sheet', properties: { rank: 2 } }, a: { type: 'sheet' }, chart: { type: 'kpi' } }),
  });
  await using visit = engine.visit();
  const { sections, shared } = await sheets.readPartition(visit);
  expect(sections.map(({ id, version, expectedRows }) => [id, version, expectedRows])).toEqual([
    ['a', undefined, 1],
    ['b', undefined, 1],
  ]);
  expect(shared).toBeUndefined();
  for (const { id, read } of sections) expect((await read()).map((row) => row.id)).toEqual([id]);
  expect(engine.methods).toEqual(['OpenDoc', 'GetAppLayout', 'GetObjects']);
});
