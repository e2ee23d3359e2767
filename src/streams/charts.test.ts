import { expect, test } from 'vitest';
import {
  answersOf,
  type Behaviour,
  type InventedApp,
  InventedEngine,
  type InventedObject,
} from '../qlik/invented-engine.ts';
import { charts } from './charts.ts';

/** The rows of an app, and what the engine was asked for them. */
async function read(app: InventedApp, behaviour: Behaviour = {}) {
  await using engine = await InventedEngine.start({ answer: answersOf(app), ...behaviour });
  await using visit = engine.visit();
  const pages = await Array.fromAsync(charts.readPartition(visit));
  return { pages, rows: pages.flat(), methods: engine.methods };
}

const sheet = (rank: number, cells: readonly string[], children = cells): InventedObject => ({
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
  'an object on two sheets comes with the first by rank before the other, though that is listed first: %s',
  async (_, first, second) => {
    const { rows, pages } = await read({
      'second by rank': sheet(5, ['both', 'y'], [...second, 'y']),
      'first by rank': sheet(1, ['x', 'both'], ['x', ...first]),
      both: { type: 'filterpane', children: ['box'] },
      box: kpi,
      x: kpi,
      y: kpi,
    });
    // Of a key that comes twice, the shim sends the first.
    const sent = rows.filter(({ id }, index) => rows.findIndex((row) => row.id === id) === index);
    expect(places(sent)).toEqual([
      'first by rank/x',
      'first by rank/both',
      'first by rank/both/box',
      'second by rank/y',
    ]);
    expect(rows.find(({ id }) => id === 'both')?.position).toMatchObject({ col: 1, row: 1 });
    expect(pages).toHaveLength(2);
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
      children: ['not repeated'],
    },
    'not repeated': kpi,
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
      dimensions: [{ libraryId: 'region', label: 'R', fieldDefs: ['Region'] }],
      measures: [{ libraryId: 'sum', label: 'Sum', expression: 'Sum(1)' }],
    },
  ]);
});

test('a sheet that vanished after it was listed has no charts, the others have theirs', async () => {
  const app: InventedApp = { a: sheet(0, ['x']), b: sheet(1, ['y']), x: kpi, y: kpi };
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

test('sheets come in order, though many trees are on their way and answered in any order', async () => {
  const names = Array.from({ length: 70 }, (_, index) => `s${index}`);
  const app: InventedApp = Object.fromEntries(
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

test('an app whose library cannot be read fails, whatever its sheets', async () => {
  const app: InventedApp = { s: sheet(0, ['x']), x: kpi };
  const usual = answersOf(app);
  const answer: Behaviour['answer'] = (request) =>
    request.method === 'CreateSessionObject' ? { error: { code: 5, message: 'Access denied' } } : usual(request);
  await expect(read(app, { answer })).rejects.toMatchObject({
    failureType: 'config_error',
    facts: { refusal: 'denied', method: 'CreateSessionObject' },
    partitionOut: false,
  });
});
