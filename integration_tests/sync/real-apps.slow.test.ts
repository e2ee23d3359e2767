import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsOf } from '../../src/cdk/testing/lines.ts';
import { COMPLETE, ends, sync } from '../support/engine-tenant.ts';
import type { Json } from '../support/messages.ts';
import { columnsOf, conditionIn, expressionsIn, textsIn, valueAt } from '../support/real-app-truth.ts';
import { hasRealApps, REAL_APPS, type RealApp, replayRealApps, type StoredTree } from '../support/real-apps.ts';

const IN_APPS = ['sheets', 'charts', 'dimensions', 'measures', 'master_visualizations'] as const;
const WHERE = hasRealApps ? '' : ` (skipped: there is no folder ${REAL_APPS})`;

/** An object on a sheet or in a master, and what the files say of it. */
interface Expected {
  readonly tree: StoredTree;
  readonly sheetId: string;
  readonly parentId: string | null;
}

describe.skipIf(!hasRealApps)(`real apps, as their files tell them${WHERE}`, () => {
  let apps: RealApp[] = [];
  let rows: { readonly [stream: string]: Json[] } = {};
  let close = async () => {};

  beforeAll(async () => {
    const { tenant, apps: replayed } = await replayRealApps();
    close = () => tenant.close();
    apps = replayed;
    const outcome = await sync(tenant, { streams: ['apps', ...IN_APPS] });
    expect(ends(outcome)).toEqual(COMPLETE);
    const ids = new Set(apps.map(({ appId }) => appId));
    const ofRealApps = ({ appId }: Json) => ids.has(String(appId));
    rows = Object.fromEntries(
      IN_APPS.map((name) => [name, (recordsOf(outcome.lines, name) as Json[]).filter(ofRealApps)]),
    );
  });

  afterAll(() => close());

  const rowsOf = (stream: (typeof IN_APPS)[number], { appId }: RealApp) =>
    new Map((rows[stream] ?? []).filter((row) => row.appId === appId).map((row) => [String(row.id), row]));
  const ofType = ({ objects }: RealApp, type: string) =>
    objects.filter(({ qProperty }) => qProperty.qInfo.qType === type);
  const masterOf = (app: RealApp, { qProperty }: StoredTree) =>
    ofType(app, 'masterobject').find((master) => master.qProperty.qInfo.qId === qProperty.qExtendsId);

  it('are three or more, with dozens of types of objects', () => {
    const types = new Set(rows.charts?.map(({ type }) => type));
    expect(apps.length).toBeGreaterThanOrEqual(3);
    expect(types.size).toBeGreaterThanOrEqual(20);
  });

  it('have all their sheets, by rank, with their cells', () => {
    for (const app of apps) {
      const sheets = rowsOf('sheets', app);
      const stored = ofType(app, 'sheet').map(({ qProperty }) => qProperty);
      expect([...sheets.keys()].toSorted()).toEqual(stored.map(({ qInfo }) => qInfo.qId).toSorted());
      for (const { qInfo, qMetaDef, rank, cells, columns, showCondition } of stored)
        expect(sheets.get(qInfo.qId)).toMatchObject({
          title: qMetaDef?.title,
          rank: rank ?? null,
          cells,
          columns,
          showCondition: textsIn(showCondition)[0] ?? null,
        });
    }
  });

  it('have all their objects, each once, in its place', () => {
    for (const app of apps) {
      const charts = rowsOf('charts', app);
      const expected = standing(app);
      expect(charts.size).toBe((rows.charts ?? []).filter(({ appId }) => appId === app.appId).length);
      expect([...charts.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
      for (const [id, { tree, sheetId, parentId }] of expected) {
        const { qInfo, qExtendsId } = tree.qProperty;
        const row = { sheetId, parentId, objectType: qInfo.qType, masterItemId: qExtendsId || null };
        expect(charts.get(id)).toMatchObject(row);
      }
    }
  });

  it('have what containers hold shown when these say', () => {
    let conditions = 0;
    for (const app of apps) {
      const expected = standing(app);
      for (const [id, { tree, parentId }] of expected) {
        const holder = expected.get(parentId ?? '')?.tree.qProperty;
        const condition = holder ? conditionIn(holder, tree.qProperty) : null;
        expect([id, rowsOf('charts', app).get(id)?.showCondition]).toEqual([id, condition]);
        conditions += condition === null ? 0 : 1;
      }
    }
    expect(conditions).toBeGreaterThan(40);
  });

  it('have all items of their libraries', () => {
    for (const app of apps) {
      const measures = app.measures.map((one) => [one.qInfo.qId, (one.qMeasure as Json).qDef]);
      const told = [...rowsOf('measures', app).values()].map(({ id, expression }) => [id, expression]);
      expect(told.toSorted()).toEqual(measures.toSorted());
      const dimensions = app.dimensions.map((one) => [one.qInfo.qId, (one.qDim as Json).qFieldDefs]);
      const toldDimensions = [...rowsOf('dimensions', app).values()].map(({ id, fieldDefs }) => [id, fieldDefs]);
      expect(toldDimensions.toSorted()).toEqual(dimensions.toSorted());
      const masters = ofType(app, 'masterobject').map(({ qProperty }) => qProperty.qInfo.qId);
      expect([...rowsOf('master_visualizations', app).keys()].toSorted()).toEqual(masters.toSorted());
    }
  });

  /** Every row that shows an object, with the trees that it shows: that of its master where it is bare. */
  const shown = (app: RealApp): [row: Json, trees: StoredTree[]][] => [
    ...[...standing(app)].map(
      ([
        id,
        {
          tree: { qProperty },
        },
      ]): [Json, StoredTree[]] => {
        const master = masterOf(app, { qProperty });
        return [rowsOf('charts', app).get(id) ?? {}, [{ qProperty }, ...(master ? [master] : [])]];
      },
    ),
    ...ofType(app, 'masterobject').map((tree): [Json, StoredTree[]] => {
      return [rowsOf('master_visualizations', app).get(tree.qProperty.qInfo.qId) ?? {}, [tree]];
    }),
  ];

  it('have the dimensions and measures of each object, and of all that is in its master', () => {
    let columns = 0;
    for (const app of apps)
      for (const [row, trees] of shown(app)) {
        const expected = columnsOf(trees);
        columns += expected.dimensions.length + expected.measures.length;
        const dimensions = (row.dimensions as Json[]).map(({ libraryId, fieldDefs }) => libraryId ?? fieldDefs);
        const measures = (row.measures as Json[]).map(({ libraryId, expression }) => libraryId ?? expression);
        expect([row.id, dimensions, measures]).toEqual([row.id, expected.dimensions, expected.measures]);
      }
    expect(columns).toBeGreaterThan(500);
  });

  it('have every expression of each object in some column, and in none what is no expression of it', () => {
    let expressions = 0;
    for (const app of apps)
      for (const [row, trees] of shown(app)) {
        const told = new Set(textsIn(row));
        const expected = trees.flatMap(expressionsIn);
        expressions += expected.length;
        expect([row.id, expected.filter((text) => !told.has(text))]).toEqual([row.id, []]);
        for (const { place, expression } of row.expressions as { place: string; expression: string }[])
          expect([row.id, place, trees.map((tree) => valueAt(tree, place))]).toEqual([
            row.id,
            place,
            expect.arrayContaining([expression]),
          ]);
      }
    expect(expressions).toBeGreaterThan(1_000);
  });
});

/** The objects on the sheets of an app: what a sheet holds, and what its cells name beside; of two sheets, the first by rank counts. */
function standing({ objects }: RealApp): Map<string, Expected> {
  const found = new Map<string, Expected>();
  const roots = new Map(objects.map((tree) => [tree.qProperty.qInfo.qId, tree]));
  const place = (tree: StoredTree, sheetId: string, parentId: string | null) => {
    const { qId } = tree.qProperty.qInfo;
    if (found.has(qId)) return;
    found.set(qId, { tree, sheetId, parentId });
    for (const child of tree.qChildren ?? []) place(child, sheetId, qId);
  };
  const sheets = objects.filter(({ qProperty }) => qProperty.qInfo.qType === 'sheet');
  const rank = ({ qProperty }: StoredTree) => Number(qProperty.rank ?? 0);
  for (const sheet of sheets.toSorted((one, other) => rank(one) - rank(other))) {
    const { qInfo, cells } = sheet.qProperty;
    const named = (cells as { name: string }[]).flatMap(({ name }) => roots.get(name) ?? []);
    for (const tree of [...(sheet.qChildren ?? []), ...named]) place(tree, qInfo.qId, null);
  }
  return found;
}
