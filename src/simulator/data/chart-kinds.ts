import { chart, leaf } from './chart.ts';
import { containerKinds, layout } from './chart-containers.ts';
import { listObject, withCube } from './cubes.ts';
import { dice, pick } from './dice.ts';
import { idMaker } from './id-maker.ts';
import type { Kit } from './library.ts';
import type { Branch, Properties } from './stored-object.ts';

/** One way for something to stand on a sheet. */
export interface ChartKind {
  name: string;
  make(kit: Kit): Branch;
}

/** Charts with a cube, and how many dimensions and measures theirs has. */
const WITH_CUBE: [type: string, dimensions: number, measures: number][] = [
  ['barchart', 1, 1],
  ['linechart', 1, 2],
  ['kpi', 0, 2],
  ['table', 3, 2],
  ['piechart', 1, 1],
  ['combochart', 1, 2],
  ['scatterplot', 1, 2],
  ['treemap', 2, 1],
  ['gauge', 0, 1],
  ['pivot-table', 3, 1],
  ['histogram', 1, 0],
  ['boxplot', 2, 1],
  ['distributionplot', 2, 1],
  ['waterfallchart', 0, 4],
  ['mekkochart', 2, 1],
  ['bulletchart', 1, 2],
  ['text-image', 0, 1],
  ['sn-table', 4, 3],
  ['sn-pivot-table', 2, 2],
  ['sn-text', 0, 1],
  ['sn-calendar', 1, 0],
  ['sn-slider', 1, 0],
  ['sn-animator', 1, 0],
  ['sn-nlg-chart', 1, 1],
  ['sn-grid-chart', 2, 1],
  ['sn-org-chart', 2, 1],
  ['sn-analysis-autochart', 1, 1],
  ['qlik-sankey-chart-ext', 2, 1],
  ['qlik-radar-chart', 2, 1],
  ['qlik-funnel-chart-ext', 1, 1],
  ['qlik-multi-kpi', 1, 3],
  ['qlik-network-chart', 2, 1],
];

const WITHOUT_DATA = ['action-button', 'sn-nav-menu', 'sn-shape'];

/** Every way there is: simple charts, those that keep their data in another place, containers, and links to masters. */
export function chartKinds(): ChartKind[] {
  const simple = WITH_CUBE.map(([type, dimensions, measures]) => ({
    name: type,
    make: (kit: Kit) => leaf(chart(kit, type, withCube(kit, dimensions, measures))),
  }));
  const dataless = WITHOUT_DATA.map((type) => ({ name: type, make: (kit: Kit) => leaf(chart(kit, type)) }));
  const others = { listbox, map, 'auto-chart': autoChart, 'acme-heat-calendar': extension, ...linkedKinds };
  const all = [...simple, ...dataless, ...entriesOf(others), ...entriesOf(containerKinds)];
  return interleaved(all);
}

function listbox(kit: Kit): Branch {
  return leaf(chart(kit, 'listbox', listObject(kit)));
}

function map(kit: Kit): Branch {
  const gaLayers = ['PointLayer', 'AreaLayer'].map((type) => ({
    type,
    id: kit.newId(),
    isHidden: false,
    ...withCube(kit, 1, 1),
  }));
  return leaf(chart(kit, 'map', { gaLayers, mapSettings: { projection: 'web_mercator' }, ...withCube(kit, 0, 0) }));
}

/** What it draws is under qUndoExclude; its own cube only says from what to choose. */
function autoChart(kit: Kit): Branch {
  const { qInfo, ...generated } = chart(kit, 'barchart', withCube(kit, 1, 1));
  return leaf(chart(kit, 'auto-chart', { ...withCube(kit, 1, 1), qUndoExclude: { generated } }));
}

/** Third-party: a cube where the extension's author wanted it, and a type that no list knows. */
function extension(kit: Kit): Branch {
  const extensionMeta = { name: 'Heat calendar', version: '2.1.0', type: 'visualization', author: 'Acme' };
  const settings = { calendar: { start: 'Monday', ...withCube(kit, 1, 1) } };
  return leaf(chart(kit, 'acme-heat-calendar', { extensionMeta, extends: '', settings }));
}

/** Thin objects that show a master visualisation; of some the master is gone, of some the id is none. */
const linkedKinds = {
  linked: (kit: Kit) => leaf(linked(kit, pick(kit.die, kit.library.visualizationIds))),
  'linked, second': (kit: Kit) => leaf(linked(kit, pick(kit.die, kit.library.visualizationIds))),
  'linked, master gone': (kit: Kit) => leaf(linked(kit, kit.library.goneId)),
  'linked, compound context': (kit: Kit) =>
    leaf({ ...chart(kit, 'barchart', withCube(kit, 1, 1)), qExtendsId: `qlik-compound-context:${kit.newId()}` }),
};

function linked(kit: Kit, masterId: string): Properties {
  const qType = pick(kit.die, ['kpi', 'barchart', 'masterobject']);
  return { qInfo: { qId: kit.newId(), qType }, qExtendsId: masterId, qMetaDef: {}, qStateName: '' };
}

/** Master visualisations: a plain one, one with an expression for a name, and one with a filter pane and a chart in it. */
export function masterVisualizations(kit: Kit): Branch[] {
  const master = (qMetaDef: object, type: string, more: object, children: Branch[] = []) => {
    const { qInfo, ...rest } = chart(kit, type, { ...more, qMetaDef, masterVersion: 0.96 });
    return { properties: { ...rest, qInfo: { ...qInfo, qType: 'masterobject' } }, children };
  };
  const labelExpression = { qStringExpression: { qExpr: "='Sales '&'2026'" } };
  return [
    master({ title: 'Users KPI', description: 'How many', tags: ['kpi'] }, 'kpi', withCube(kit, 0, 1)),
    master({ title: 'Sales', description: '', tags: [] }, 'barchart', { labelExpression, ...withCube(kit, 1, 1) }),
    board(master({ title: 'Filters', description: '', tags: [] }, 'filterpane', {}, [listbox(kit), listbox(kit)])),
  ];

  /** Puts a filter pane into a container, under its id. What comes with it has dice of its own: nothing else of the app moves. */
  function board(pane: Branch): Branch {
    const { qInfo, qMetaDef, masterVersion } = pane.properties;
    const die = dice(0, `in ${qInfo.qId}`)(0);
    const ownKit = { ...kit, die, newId: idMaker(die) };
    const inside = { ...pane, properties: chart(ownKit, 'filterpane') };
    const bar = leaf(chart(ownKit, 'barchart', withCube(ownKit, 1, 1)));
    const { properties, children } = layout(ownKit, [inside, bar]);
    return { properties: { ...properties, qInfo, qMetaDef: qMetaDef ?? {}, masterVersion }, children };
  }
}

function entriesOf(kinds: Record<string, ChartKind['make']>): ChartKind[] {
  return Object.entries(kinds).map(([name, make]) => ({ name, make }));
}

/** The rare kinds between the simple ones, so that a few charts in a row show some of each. */
function interleaved(kinds: ChartKind[]): ChartKind[] {
  const step = 19;
  return kinds.map((_, index) => kinds[(index * step) % kinds.length] as ChartKind);
}
