import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  answersOf,
  type Behaviour,
  type ScriptedApp,
  ScriptedEngine,
  type ScriptedObject,
} from '../qlik/testing/scripted-engine.ts';
import { charts } from './charts.ts';

/** The rows of an app, and what the engine was asked for them. */
async function read(app: ScriptedApp, behaviour: Behaviour = {}) {
  await using engine = await ScriptedEngine.start({ answer: answersOf(app), ...behaviour });
  await using visit = engine.visit();
  const { sections } = await charts.readPartition(visit);
  const pages = await Promise.all(sections.map((section) => section.read()));
  return { pages, rows: pages.flat(), methods: engine.methods };
}

const sheet = (rank: number, cells: readonly string[], children = cells): ScriptedObject => ({
  type: 'sheet',
  properties: {
    rank,
    cells: cells.map((name, col) => ({ name, type: 'kpi', col, row: rank, colspan: 1, rowspan: 2 })),
  },
  meta: { id: 'object', modifiedDate: `2024-01-0${rank + 1}T00:00:00.000Z` },
  children,
});
const kpi = { type: 'kpi' };

/** Where each chart stands: `sheet/parent/id`, without the parent on the sheet itself. */
const places = (rows: readonly { sheetId?: unknown; parentId?: unknown; id?: unknown }[]) =>
  rows.map(({ sheetId, parentId, id }) => [sheetId, parentId, id].filter((part) => part !== null).join('/'));

test('every object at every depth comes with the one that holds it, before those below it', async () => {
  const { rows } = await read({
    s: sheet(0, ['layout', 'a']),
    layout: { type: 'sn-layout-container', children: ['tabs', 'b'] },
    tabs: { type: 'sn-tabbed-container', children: ['pane'] },
    pane: { type: 'filterpane', children: ['box-1', 'box-2'] },
    'box-1': { type: 'listbox' },
    'box-2': { type: 'listbox' },
    a: kpi,
    b: { type: 'of a kind that nobody knows' },
  });
  expect(places(rows)).toEqual([
    's/layout',
    's/layout/tabs',
    's/tabs/pane',
    's/pane/box-1',
    's/pane/box-2',
    's/layout/b',
    's/a',
  ]);
});

test('a chart on the sheet has its place there, one inside another has none, though a cell names it', async () => {
  const app = {
    s: sheet(2, ['x', 'pane', 'box'], ['x', 'pane']),
    x: kpi,
    pane: { type: 'filterpane', children: ['box'] },
    box: kpi,
  };
  const { rows } = await read(app);
  const byId = Object.fromEntries(rows.map((row) => [row.id, row]));
  expect(byId.pane).toMatchObject({
    appId: 'app-1',
    sheetId: 's',
    parentId: null,
    position: { col: 1, row: 2, colspan: 1, rowspan: 2 },
    sheetModifiedDate: '2024-01-03T00:00:00.000Z',
    url: 'https://acme.example.com/single/?appid=app-1&obj=pane',
  });
  expect(byId.box).toMatchObject({ parentId: 'pane', position: null, sheetModifiedDate: '2024-01-03T00:00:00.000Z' });
});

test('what a cell names and the tree lacks is fetched, with what it holds; what is gone is left out', async () => {
  const { rows, methods } = await read({
    s: sheet(0, ['x', 'stray', 'gone'], ['x', 'hidden']),
    x: kpi,
    hidden: kpi,
    stray: { type: 'filterpane', children: ['box'] },
    box: { type: 'listbox' },
  });
  expect(places(rows)).toEqual(['s/x', 's/hidden', 's/stray', 's/stray/box']);
  expect(rows.map(({ position }) => (position as { col?: number } | null)?.col)).toEqual([0, undefined, 1, undefined]);
  expect(methods.filter((method) => method === 'GetObject')).toHaveLength(3);
  expect(methods.filter((method) => method === 'GetFullPropertyTree')).toHaveLength(2);
});

test.each([
  ['the child of both', ['both'], ['both']],
  ['a cell of the second', ['both'], []],
  ['the child of the second', [], ['both']],
])(
  'an object on two sheets comes with both, the first by rank before the other, though that is listed first: %s',
  async (_, first, second) => {
    const { rows, pages } = await read({
      'second by rank': sheet(5, ['both', 'y'], [...second, 'y']),
      'first by rank': sheet(1, ['x', 'both'], ['x', ...first]),
      both: { type: 'filterpane', children: ['box'] },
      box: kpi,
      x: kpi,
      y: kpi,
    });
    const [one, other] = pages;
    expect(places(one ?? [])).toEqual(['first by rank/x', 'first by rank/both', 'first by rank/both/box']);
    expect(places(other ?? []).toSorted()).toEqual([
      'second by rank/both',
      'second by rank/both/box',
      'second by rank/y',
    ]);
    expect(rows.find(({ id }) => id === 'both')?.position).toMatchObject({ col: 1, row: 1 });
  },
);

test('library items of all kinds are filled in', async () => {
  const { rows } = await read({
    s: sheet(0, ['x']),
    x: { type: 'masterobject', properties: { qExtendsId: 'master' } },
    master: {
      type: 'masterobject',
      properties: {
        visualization: 'barchart',
        qMetaDef: { title: 'Sales' },
        qHyperCubeDef: {
          qDimensions: [{ qLibraryId: 'region', qDef: {} }],
          qMeasures: [{ qLibraryId: 'sum', qDef: {} }],
        },
      },
      children: ['in the master'],
    },
    'in the master': {
      type: 'listbox',
      properties: { qListObjectDef: { qLibraryId: 'region', qDef: { qFieldLabels: ['Inside'] } } },
    },
    region: {
      type: 'dimension',
      properties: { qDim: { qGrouping: 'N', qFieldDefs: ['Region'] }, qMetaDef: { title: 'R' } },
    },
    sum: { type: 'measure', properties: { qMeasure: { qLabel: 'Sum', qDef: 'Sum(1)' } } },
  });
  expect(rows).toMatchObject([
    {
      id: 'x',
      type: 'barchart',
      objectType: 'masterobject',
      title: 'Sales',
      masterItemId: 'master',
      dimensions: [
        { libraryId: 'region', label: 'R', fieldDefs: ['Region'] },
        { libraryId: 'region', label: 'Inside', fieldDefs: ['Region'] },
      ],
      measures: [{ libraryId: 'sum', label: 'Sum', expression: 'Sum(1)' }],
    },
  ]);
});

test('a sheet that vanished after it was listed has no charts, the others have theirs', async () => {
  const app: ScriptedApp = { a: sheet(0, ['x']), b: sheet(1, ['y']), x: kpi, y: kpi };
  const usual = answersOf(app);
  const answer: Behaviour['answer'] = (request) =>
    request.method === 'GetObject' && ['a', 'x'].includes(request.params[0])
      ? { result: { qReturn: { qType: null, qHandle: null } } }
      : usual(request);
  expect(places((await read(app, { answer })).rows)).toEqual(['b/y']);
});

test.each([
  ['cells of any shape', { cells: [null, {}, { name: '' }, { name: 'x' }, 7] }],
  ['no cells', {}],
  ['cells that are no list', { cells: 'none' }],
])('%s are no trouble', async (_, properties) => {
  const { rows } = await read({ s: { type: 'sheet', properties, children: ['x'] }, x: kpi });
  expect(places(rows)).toEqual(['s/x']);
  expect(rows[0]?.sheetModifiedDate).toBeNull();
});

test('sheets have their own charts, though many trees are on their way and answered in any order', async () => {
  const names = Array.from({ length: 70 }, (_, index) => `s${index}`);
  const app: ScriptedApp = Object.fromEntries(
    names.flatMap((name, rank) => [
      [name, { ...sheet(0, [`x-${name}`]), properties: { rank } }],
      [`x-${name}`, kpi],
    ]),
  );
  const usual = answersOf(app);
  let turn = 0;
  const answer: Behaviour['answer'] = (request, socket) => {
    if (request.method !== 'GetFullPropertyTree') return usual(request);
    turn += 1;
    setTimeout(() => socket.send(JSON.stringify({ id: request.id, ...usual(request) })), (turn * 7) % 13);
    return undefined;
  };
  const { pages } = await read(app, { answer });
  expect(pages.map(([row]) => row?.sheetId)).toEqual(names);
});

/** Answers together what was asked meanwhile, and counts how often. */
function inWaves(app: ScriptedApp) {
  const usual = answersOf(app);
  const counts = { waves: 0 };
  const wave: (() => void)[] = [];
  const answer: Behaviour['answer'] = (request, socket) => {
    const send = () => socket.send(JSON.stringify({ id: request.id, ...usual(request) }));
    if (wave.push(send) > 1) return undefined;
    counts.waves += 1;
    setTimeout(() => {
      for (const answered of wave.splice(0)) answered();
    }, 40);
    return undefined;
  };
  return { answer, counts };
}

const app: ScriptedApp = {
  s: sheet(1, ['x', 'pane']),
  t: sheet(2, ['y']),
  x: kpi,
  y: { type: 'kpi', properties: { qExtendsId: 'master' } },
  pane: { type: 'filterpane', children: ['box'] },
  box: { type: 'listbox' },
  master: { type: 'masterobject', properties: { visualization: 'table' } },
  measure: { type: 'measure', properties: { qMeasure: { qDef: '1' } } },
  dimension: { type: 'dimension', properties: { qDim: { qFieldDefs: ['A'] } } },
};
const count = (methods: readonly string[], wanted: string) => methods.filter((method) => method === wanted).length;

test('a sheet whose version is known needs no tree, and one whose is not needs no other', async () => {
  await using engine = await ScriptedEngine.start({ answer: answersOf(app) });
  await using visit = engine.visit();
  const { sections, shared } = await charts.readPartition(visit);
  await shared;
  expect(engine.methods.toSorted()).toEqual(['GetAppLayout', 'GetObjects', 'GetObjects', 'OpenDoc']);
  expect(sections.map(({ id, expectedRows }) => [id, expectedRows])).toEqual([
    ['s', 3],
    ['t', 2],
  ]);
  expect(places((await sections[1]?.read()) ?? [])).toEqual(['t/y']);
  // Its own, and that of the master.
  expect(count(engine.methods, 'GetFullPropertyTree')).toBe(2);
});

test('a sheet that is read again has its tree asked for again, and not the library', async () => {
  await using engine = await ScriptedEngine.start({ answer: answersOf(app) });
  await using visit = engine.visit();
  const { sections } = await charts.readPartition(visit);
  const [first, again] = [await sections[0]?.read(), await sections[0]?.read()];
  expect(places(first ?? [])).toEqual(['s/x', 's/pane', 's/pane/box']);
  expect(again).toEqual(first);
  // Twice its own, and once that of the master.
  expect(count(engine.methods, 'GetFullPropertyTree')).toBe(3);
  expect(count(engine.methods, 'CreateSessionObject')).toBe(2);
  expect(count(engine.methods, 'GetObjects')).toBe(2);
});

test.each<[what: string, app: ScriptedApp, waves: number]>([
  ['four round trips', app, 4],
  ['six where a cell shows what is in no tree', { ...app, s: sheet(1, ['x', 'box'], ['x']) }, 6],
])('a first read of all sheets takes %s', async (_, app, waves) => {
  const { answer, counts } = inWaves(app);
  await read(app, { answer });
  expect(counts.waves).toBe(waves);
});

test('what tells that nothing changed takes two round trips', async () => {
  const { answer, counts } = inWaves(app);
  await using engine = await ScriptedEngine.start({ answer });
  await using visit = engine.visit();
  await (await charts.readPartition(visit)).shared;
  expect(counts.waves).toBe(2);
});

describe('the version of a sheet', () => {
  const versionIn = async (s: ScriptedObject) => {
    await using engine = await ScriptedEngine.start({ answer: answersOf({ s }) });
    await using visit = engine.visit();
    const { sections } = await charts.readPartition(visit);
    return sections[0]?.version;
  };
  const usual = sheet(0, ['x', 'y']);
  const { properties, meta } = usual;

  test.each<[what: string, sheet: ScriptedObject]>([
    ['its time', { ...usual, meta: { ...meta, modifiedDate: '2026-01-01T00:00:00.000Z' } }],
    ['its rank', { ...usual, properties: { ...properties, rank: 1 } }],
    ['the place of a chart', { ...usual, properties: { ...properties, cells: [{ name: 'x', col: 7 }] } }],
  ])('moves with %s', async (_, changed) => {
    expect(await versionIn(changed)).not.toEqual(await versionIn(usual));
  });

  test.each<[what: string, sheet: ScriptedObject]>([
    ['nothing', usual],
    ['what the caller may do', { ...usual, meta: { ...meta, privileges: ['read'] } }],
  ])('does not move with %s', async (_, changed) => {
    expect(await versionIn(changed)).toEqual(await versionIn(usual));
  });

  test('is JSON, with the address that charts are opened at', async () => {
    const version = await versionIn({ type: 'sheet', meta: { modifiedDate: 'now' } });
    expect(version).toEqual(['https://acme.example.com', 'now', null, null]);
  });

  test('is not known where the engine does not tell when the sheet was changed', async () => {
    expect(await versionIn({ ...usual, meta: { id: 'object' } })).toBeUndefined();
  });
});

test('a library that cannot be read is no trouble of those who do not ask', async () => {
  const usual = answersOf(app);
  const answer: Behaviour['answer'] = (request) =>
    request.method === 'GetObjects' && request.params[0].qTypes.includes('measure')
      ? { error: { code: 5, message: 'Access denied' } }
      : usual(request);
  await using engine = await ScriptedEngine.start({ answer });
  await using visit = engine.visit();
  const { sections, shared } = await charts.readPartition(visit);
  // Time for an unhandled rejection, which fails the test.
  await sleep(20);
  expect(sections).toHaveLength(2);
  await expect(shared).rejects.toMatchObject({ facts: { refusal: 'denied' } });
  await expect(sections[0]?.read()).rejects.toMatchObject({ facts: { refusal: 'denied' } });
});

test('an app whose library cannot be read fails, whatever its sheets', async () => {
  const app: ScriptedApp = { s: sheet(0, ['x']), x: kpi };
  const usual = answersOf(app);
  const answer: Behaviour['answer'] = (request) =>
    request.method === 'CreateSessionObject' ? { error: { code: 5, message: 'Access denied' } } : usual(request);
  await expect(read(app, { answer })).rejects.toMatchObject({
    failureType: 'config_error',
    facts: { refusal: 'denied', method: 'CreateSessionObject' },
    partitionOut: undefined,
  });
});
