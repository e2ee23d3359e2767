import { describe, expect, test } from 'vitest';
import type { Properties, PropertyTree } from '../../qlik/app-objects.ts';
import { chartProperties } from './chart-properties.ts';
import type { Library } from './library.ts';

const REGION = { title: 'Region', qDim: { qGrouping: 'N', qFieldDefs: ['Region'], qFieldLabels: ['The region'] } };
const GEOGRAPHY = {
  title: 'Geography',
  qDim: {
    qGrouping: 'H',
    qFieldDefs: ['Country', 'City'],
    qFieldLabels: ['Country', 'City'],
    qLabelExpression: "='Where'",
  },
};
const SALES = {
  title: 'Sales',
  qMeasure: { qLabel: 'Sum of sales', qDef: 'Sum(Amount)', qLabelExpression: "='Sold'" },
};
const NAMELESS = { title: 'Users', qMeasure: { qLabel: '', qDef: 'Count(User)' } };

const library = (masters: { readonly [id: string]: Properties } = {}): Library => ({
  masters: new Map(Object.entries(masters).map(([id, master]) => [id, treeOf(master)])),
  dimensions: new Map<string, Properties>([
    ['region', REGION],
    ['geography', GEOGRAPHY],
  ]),
  measures: new Map<string, Properties>([
    ['sales', SALES],
    ['nameless', NAMELESS],
  ]),
});

/** A master: its properties, or a tree. */
function treeOf(master: Properties): PropertyTree {
  return 'qProperty' in master ? (master as unknown as PropertyTree) : { qProperty: master };
}

const inline = (field: string) => ({ qDef: { qGrouping: 'N', qFieldDefs: [field], qFieldLabels: [field] } });
const formula = (qDef: string) => ({ qDef: { qLabel: qDef, qDef } });
const cube = (qDimensions: object[], qMeasures: object[] = []) => ({ qHyperCubeDef: { qDimensions, qMeasures } });

/** What a chart is that has these properties stored. */
function chart(properties: Properties, masters?: { readonly [id: string]: Properties }) {
  const qProperty = { qInfo: { qId: 'chart-1', qType: 'barchart' }, ...properties };
  return chartProperties({ qProperty }, library(masters));
}

const fieldsOf = ({ dimensions }: ReturnType<typeof chart>) => dimensions?.map((one) => one?.fieldDefs?.join());
const formulasOf = ({ measures }: ReturnType<typeof chart>) => measures?.map((one) => one?.expression);

test('a chart without anything is what its type says', () => {
  expect(chart({})).toEqual({
    type: 'barchart',
    objectType: 'barchart',
    title: null,
    subtitle: null,
    footnote: null,
    titleExpression: null,
    subtitleExpression: null,
    footnoteExpression: null,
    masterItemId: null,
    text: null,
    showCondition: null,
    calculationCondition: null,
    dimensions: [],
    measures: [],
    alternativeDimensions: [],
    alternativeMeasures: [],
    actions: [],
    expressions: [],
  });
});

describe('a dimension', () => {
  test.each<[what: string, stored: object, expected: object]>([
    [
      'of its own',
      { qDef: { qGrouping: 'N', qFieldDefs: ['=Year(Date)'], qFieldLabels: ['Year'], qLabelExpression: "='Y'" } },
      { label: 'Year', libraryId: null, fieldDefs: ['=Year(Date)'], labelExpression: "='Y'", grouping: 'N' },
    ],
    [
      'of its own, to drill down, without labels',
      { qLibraryId: '', qDef: { qGrouping: 'H', qFieldDefs: ['A', 'B'], qFieldLabels: [''], qLabelExpression: '' } },
      { label: null, libraryId: null, fieldDefs: ['A', 'B'], labelExpression: null, grouping: 'H' },
    ],
    [
      'of the library',
      { qLibraryId: 'geography', qDef: { qGrouping: 'N', qFieldDefs: [], qFieldLabels: [] } },
      {
        label: 'Geography',
        libraryId: 'geography',
        fieldDefs: ['Country', 'City'],
        labelExpression: "='Where'",
        grouping: 'H',
      },
    ],
    [
      'of the library, with a label of its own',
      {
        qLibraryId: 'region',
        qDef: { qFieldLabels: ['My region'], qLabelExpression: { qStringExpression: { qExpr: '=1' } } },
      },
      { label: 'My region', libraryId: 'region', fieldDefs: ['Region'], labelExpression: '=1', grouping: 'N' },
    ],
    [
      'of the library, but gone',
      { qLibraryId: 'gone', qDef: { qGrouping: 'N', qFieldDefs: [], qFieldLabels: [] } },
      { label: null, libraryId: 'gone', fieldDefs: [], labelExpression: null, grouping: 'N' },
    ],
    [
      'of which nothing is known',
      {},
      { label: null, libraryId: null, fieldDefs: [], labelExpression: null, grouping: null },
    ],
  ])('%s', (_, stored, expected) => {
    expect(chart(cube([stored])).dimensions).toEqual([expected]);
  });
});

describe('a measure', () => {
  test.each<[what: string, stored: object, expected: object]>([
    [
      'of its own',
      { qDef: { qLabel: 'Sales', qDef: '=Sum(Amount)', qLabelExpression: { qStringExpression: { qExpr: "='S'" } } } },
      { label: 'Sales', libraryId: null, expression: '=Sum(Amount)', labelExpression: "='S'" },
    ],
    [
      'of its own, without a label',
      { qLibraryId: '', qDef: { qLabel: '', qDef: 'Max(A)', qLabelExpression: '' } },
      { label: null, libraryId: null, expression: 'Max(A)', labelExpression: null },
    ],
    [
      'of the library',
      { qLibraryId: 'sales', qDef: { qLabel: '' } },
      { label: 'Sum of sales', libraryId: 'sales', expression: 'Sum(Amount)', labelExpression: "='Sold'" },
    ],
    [
      'of the library, which has a title only',
      { qLibraryId: 'nameless', qDef: {} },
      { label: 'Users', libraryId: 'nameless', expression: 'Count(User)', labelExpression: null },
    ],
    [
      'of the library, with a label of its own',
      { qLibraryId: 'sales', qDef: { qLabel: 'Mine' } },
      { label: 'Mine', libraryId: 'sales', expression: 'Sum(Amount)', labelExpression: "='Sold'" },
    ],
    [
      'of the library, accumulated by a modifier',
      {
        qLibraryId: '',
        qDef: { qLabel: 'So far', qDef: 'RangeSum(Above(Sum(Amount)))', base: { qLibraryId: 'sales' } },
      },
      {
        label: 'So far',
        libraryId: 'sales',
        expression: 'RangeSum(Above(Sum(Amount)))',
        labelExpression: "='Sold'",
      },
    ],
    [
      'of the library, but gone',
      { qLibraryId: 'gone', qDef: { qLabel: 'Was here' } },
      { label: 'Was here', libraryId: 'gone', expression: null, labelExpression: null },
    ],
  ])('%s', (_, stored, expected) => {
    expect(chart(cube([], [stored])).measures).toEqual([expected]);
  });
});

describe('columns are found', () => {
  test('in the field that a list box lists', () => {
    const box = chart({ visualization: 'listbox', qListObjectDef: { qLibraryId: 'region', qDef: {} } });
    expect(box).toMatchObject({
      type: 'listbox',
      dimensions: [{ libraryId: 'region', fieldDefs: ['Region'] }],
      measures: [],
    });
  });

  test('in the layers of a map, in order, and wherever an extension keeps them', () => {
    const map = chart({
      gaLayers: [cube([inline('Point')], [formula('Size')]), cube([inline('Area')])],
      ...cube([]),
    });
    expect(fieldsOf(map)).toEqual(['Point', 'Area']);
    expect(formulasOf(map)).toEqual(['Size']);
    expect(fieldsOf(chart({ settings: { deep: [[{ calendar: cube([inline('Day')]) }]] } }))).toEqual(['Day']);
  });

  test('without the alternates that are switched off, and what an undo would bring back', () => {
    const shadow = { qLayoutExclude: cube([inline('Inactive')], [formula('Inactive')]) };
    const properties = {
      ...shadow,
      qUndoExclude: { other: cube([inline('Undone')]) },
      qHyperCubeDef: { qDimensions: [inline('Active')], qMeasures: [], ...shadow },
    };
    const row = chart(properties);
    expect(fieldsOf(row)).toEqual(['Active']);
    expect(formulasOf(row)).toEqual([]);
    // Those of the table can be switched to, the others cannot.
    expect(row.alternativeDimensions).toMatchObject([{ fieldDefs: ['Inactive'] }]);
    expect(row.alternativeMeasures).toMatchObject([{ expression: 'Inactive' }]);
  });

  test.each([
    null,
    7,
    'text',
    [],
    {},
    [null],
    { qDimensions: null },
    { qDimensions: {}, qMeasures: 'x' },
    { qDimensions: [null, 1] },
  ])('in none where the cube is %j', (qHyperCubeDef) => {
    expect(chart({ qHyperCubeDef })).toMatchObject({ dimensions: [], measures: [] });
  });
});

describe('a text', () => {
  test.each<[stored: unknown, text: string | null, expression: string | null]>([
    ['Plain', 'Plain', null],
    ['', null, null],
    [undefined, null, null],
    [{ qStringExpression: { qExpr: "='A'&B" } }, null, "='A'&B"],
    [{ qStringExpression: "='A'" }, null, "='A'"],
    [{ qValueExpression: { qExpr: '=1' } }, null, '=1'],
    [{}, null, null],
    [7, null, null],
  ])('stored as %j', (stored, text, expression) => {
    for (const field of ['title', 'subtitle', 'footnote'] as const)
      expect(chart({ [field]: stored })).toMatchObject({ [field]: text, [`${field}Expression`]: expression });
  });

  test('is the object’s name where it has no title', () => {
    expect(chart({ title: '', qMetaDef: { title: 'Named' } }).title).toBe('Named');
  });
});

describe('a chart that shows a master visualization', () => {
  const masters = {
    kpi: {
      visualization: 'kpi',
      qMetaDef: { title: 'Users KPI' },
      title: { qStringExpression: { qExpr: "='Users'" } },
      footnote: 'From the master',
      ...cube([{ qLibraryId: 'region', qDef: {} }], [{ qLibraryId: 'sales', qDef: {} }]),
    },
    auto: {
      visualization: 'auto-chart',
      qUndoExclude: { generated: { visualization: 'linechart', ...cube([inline('X')]) } },
    },
  };

  test('shows what that shows', () => {
    expect(chart({ qExtendsId: 'kpi', qMetaDef: {} }, masters)).toMatchObject({
      type: 'kpi',
      objectType: 'barchart',
      masterItemId: 'kpi',
      title: null,
      titleExpression: "='Users'",
      footnote: 'From the master',
      dimensions: [{ label: 'Region', libraryId: 'region', fieldDefs: ['Region'], grouping: 'N' }],
      measures: [{ libraryId: 'sales', expression: 'Sum(Amount)' }],
    });
  });

  test('shows what that has generated', () => {
    const row = chart({ qExtendsId: 'auto' }, masters);
    expect(row.type).toBe('linechart');
    expect(fieldsOf(row)).toEqual(['X']);
  });

  test('keeps what it has of its own', () => {
    const own = { qExtendsId: 'kpi', title: 'Mine', visualization: 'table', ...cube([inline('Own')]) };
    expect(chart(own, masters)).toMatchObject({ type: 'table', title: 'Mine', titleExpression: null, measures: [] });
    expect(fieldsOf(chart(own, masters))).toEqual(['Own']);
  });

  test('is bare where that is gone, and still names it', () => {
    expect(chart({ qExtendsId: 'gone' }, masters)).toMatchObject({
      type: 'barchart',
      masterItemId: 'gone',
      title: null,
      dimensions: [],
      measures: [],
    });
  });

  test.each(['', 'qlik-compound-context:abc', 'x-qlik-compound-context', null, 7])('names none by %j', (qExtendsId) => {
    expect(chart({ qExtendsId, ...cube([inline('Own')]) }, masters).masterItemId).toBeNull();
  });
});

describe('a master that holds others', () => {
  const box = (field: string) => ({ qProperty: { visualization: 'listbox', qListObjectDef: inline(field) } });
  const pane = {
    qProperty: {
      visualization: 'sn-layout-container',
      qMetaDef: { title: 'Pane' },
      actions: [{ actionType: 'clearAll' }],
    },
    qChildren: [
      box('First'),
      {
        qProperty: { visualization: 'filterpane', showCondition: '=Deep' },
        qChildren: [box('Second'), { qProperty: { qExtendsId: 'kpi' } }],
      },
      { qProperty: { ...cube([], [formula('Sum(X)')]), markdown: 'Inside', title: { qStringExpression: '=Inside' } } },
    ],
  };
  const kpi = { visualization: 'kpi', ...cube([inline('Third')], [formula('Sum(Y)')]) };
  const masters = { pane, kpi } as unknown as { readonly [id: string]: Properties };

  test('shows what they compute, at every depth, in order, and so does a chart that shows it', () => {
    const row = chart({ qExtendsId: 'pane', qMetaDef: {} }, masters);
    expect(row).toMatchObject({ type: 'sn-layout-container', title: 'Pane', text: 'Inside', showCondition: null });
    expect(fieldsOf(row)).toEqual(['First', 'Second', 'Third']);
    expect(formulasOf(row)).toEqual(['Sum(Y)', 'Sum(X)']);
    expect(row.actions).toMatchObject([{ action: 'clearAll' }]);
    expect(row.expressions).toEqual([
      { place: '/qChildren/1/qProperty/showCondition', role: 'condition', expression: '=Deep' },
      { place: '/qChildren/2/qProperty/title/qStringExpression', role: 'title', expression: '=Inside' },
    ]);
    const { type, objectType, masterItemId, ...shown } = row;
    const master = chartProperties(treeOf(masters.pane as Properties), library(masters));
    expect(master).toMatchObject(shown);
  });

  test('and itself ends', () => {
    const one = { qProperty: { qExtendsId: 'other' }, qChildren: [{ qProperty: { qExtendsId: 'one' } }, box('A')] };
    const other = { qProperty: {}, qChildren: [{ qProperty: { qExtendsId: 'one' } }, box('B')] };
    const circle = { one, other } as unknown as typeof masters;
    expect(fieldsOf(chart({ qExtendsId: 'one' }, circle))).toContain('A');
  });
});

test('masters that show masters which show others end', () => {
  const names = Array.from({ length: 40 }, (_, at) => `m${at}`);
  const next = (at: number) => ({ qProperty: { qExtendsId: `m${at + 1}` } });
  const masters = names.map((name, at) => [name, { qProperty: { qExtendsId: '' }, qChildren: [next(at), next(at)] }]);
  expect(chart({ qExtendsId: 'm0' }, Object.fromEntries(masters)).masterItemId).toBe('m0');
});

describe('conditions', () => {
  const conditions = (qv: string) => ({
    qCalcCond: { qv },
    qCalcCondition: { qCond: { qv }, qMsg: { qv: "='Not yet'" } },
  });

  test('say when an object is shown, and when it is computed', () => {
    const row = chart({
      showCondition: { qStringExpression: { qExpr: '=vShown' } },
      qHyperCubeDef: { qDimensions: [{ ...inline('A'), ...conditions('=vColumn') }], ...conditions('Count(A)>0') },
    });
    expect(row).toMatchObject({ showCondition: '=vShown', calculationCondition: 'Count(A)>0' });
    expect(row.expressions).toEqual([
      {
        place: '/qHyperCubeDef/qDimensions/0/qCalcCondition/qCond/qv',
        role: 'condition',
        expression: '=vColumn',
      },
      { place: '/qHyperCubeDef/qDimensions/0/qCalcCondition/qMsg/qv', role: 'text', expression: "='Not yet'" },
      { place: '/qHyperCubeDef/qCalcCondition/qMsg/qv', role: 'text', expression: "='Not yet'" },
    ]);
  });

  test('stand in the older form too, and the master’s where the chart has none', () => {
    expect(chart({ qHyperCubeDef: { qCalcCond: { qv: '=1' } } }).calculationCondition).toBe('=1');
    const masters = { m: { showCondition: 'vShown', qHyperCubeDef: { qCalcCond: { qv: '=1' } } } };
    expect(chart({ qExtendsId: 'm' }, masters)).toMatchObject({ showCondition: 'vShown', calculationCondition: '=1' });
  });
});

test('what a click does stands in the actions, and other expressions of them and of an extension’s beside', () => {
  const actions = [{ actionType: 'setVariable', variable: 'v', value: { qStringExpression: '=1' }, softLock: '=2' }];
  const row = chart({ actions, settings: { actions: [{ value: '=3' }] } });
  expect(row.actions).toMatchObject([{ action: 'setVariable', variable: 'v', value: '=1' }]);
  expect(row.expressions).toEqual([
    { place: '/actions/0/softLock', role: 'action', expression: '=2' },
    { place: '/settings/actions/0/value', role: 'attribute', expression: '=3' },
  ]);
});

test('an auto-chart shows what it has generated, under its own name where that has none', () => {
  const generated = {
    visualization: 'barchart',
    title: '',
    subtitle: 'Made',
    ...cube([inline('Generated')], [formula('G')]),
  };
  const row = chart({
    qInfo: { qId: 'chart-1', qType: 'auto-chart' },
    visualization: 'auto-chart',
    title: 'Own',
    ...cube([inline('Candidate')], [formula('C')]),
    qUndoExclude: { generated },
  });
  expect(row).toMatchObject({ type: 'barchart', objectType: 'auto-chart', title: 'Own', subtitle: 'Made' });
  expect([fieldsOf(row), formulasOf(row)]).toEqual([['Generated'], ['G']]);
});

test('properties of any shape make a row', () => {
  for (const odd of [null, [], 'text', 7, { qExpr: 1 }])
    for (const field of [
      ...[
        'qInfo',
        'qMetaDef',
        'qUndoExclude',
        'title',
        'visualization',
        'qExtendsId',
        'qListObjectDef',
        'qCalcCondition',
      ],
      ...['qCalcCond', 'actions', 'navigation', 'text', 'markdown', 'showCondition', 'color', 'qLayoutExclude'],
    ])
      expect(() => chart({ [field]: odd })).not.toThrow();
});

test.each([
  ['{"a":', '}'],
  ['[', ']'],
])('properties without end are looked into as far as any chart goes: %s', (opening, closing) => {
  const nested = JSON.parse(`${opening.repeat(50_000)}1${closing.repeat(50_000)}`) as Properties;
  expect(fieldsOf(chart({ nested, ...cube([inline('X')]) }))).toEqual(['X']);
});
