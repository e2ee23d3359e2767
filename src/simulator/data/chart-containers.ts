import { chart, leaf } from './chart.ts';
import { listObject, withCube } from './cubes.ts';
import type { Kit } from './library.ts';
import type { Branch } from './stored-object.ts';

/** Every way for charts to stand in another one. */
export const containerKinds: Record<string, (kit: Kit) => Branch> = {
  filterpane: (kit) => filterpane(kit, 'filterpane'),
  'sn-filter-pane': (kit) => filterpane(kit, 'sn-filter-pane'),
  container,
  'sn-tabbed-container': (kit) => tabs(kit, 'sn-tabbed-container', [bar(kit), bar(kit)]),
  'qlik-tab-container': (kit) => tabs(kit, 'qlik-tab-container', [bar(kit)]),
  'sn-layout-container': (kit) => layout(kit, [filterpane(kit, 'filterpane'), bar(kit)]),
  'four deep': (kit) => layout(kit, [tabs(kit, 'sn-tabbed-container', [filterpane(kit, 'sn-filter-pane'), bar(kit)])]),
};

function bar(kit: Kit, more: object = {}): Branch {
  return leaf(chart(kit, 'barchart', { ...withCube(kit, 1, 1), ...more }));
}

function filterpane(kit: Kit, type: string): Branch {
  const box = () => leaf(chart(kit, 'listbox', { title: 'A field', ...listObject(kit) }));
  return { properties: chart(kit, type), children: [box(), box()] };
}

/** The old container names its children by a reference of theirs, or by the master that they show. */
function container(kit: Kit): Branch {
  const own = bar(kit, { containerChildId: kit.newId() });
  const [masterId = kit.library.goneId] = kit.library.visualizationIds;
  const shown = leaf(chart(kit, 'kpi'));
  shown.properties = { qInfo: shown.properties.qInfo, qExtendsId: masterId, qMetaDef: {}, qStateName: '' };
  const externalReference = { masterId: '', app: '', viewId: '' };
  const shared = { condition: '', externalReference };
  const children = [
    { refId: own.properties.containerChildId, label: 'Own', isMaster: false, type: 'barchart', ...shared },
    { refId: masterId, label: 'Master', isMaster: true, ...shared },
  ];
  return { properties: chart(kit, 'container', { children, showTabs: true }), children: [own, shown] };
}

function tabs(kit: Kit, type: string, inside: Branch[]): Branch {
  const refs = referred(kit, inside);
  const objects = refs.map(({ childRefId }, index) => ({
    childRefId,
    label: `Tab ${index + 1}`,
    condition: index ? '$(vTab)=2' : '',
  }));
  const children = refs.map(({ child }) => child);
  return { properties: chart(kit, type, { objects, defaultTabId: objects[0]?.childRefId ?? '' }), children };
}

/** Parts of a sheet that move together. */
export function layout(kit: Kit, inside: Branch[]): Branch {
  const refs = referred(kit, inside);
  const objects = refs.map(({ childRefId }, index) => ({
    childRefId,
    label: `Part ${index + 1}`,
    bounds: { x: 50 * index, y: 0, width: 50, height: 100 },
    condition: { qValueExpression: { qExpr: '=1' } },
  }));
  const children = refs.map(({ child }) => child);
  return { properties: chart(kit, 'sn-layout-container', { objects }), children };
}

/** Gives each child a reference, by which its container names it. */
function referred(kit: Kit, inside: Branch[]): { child: Branch; childRefId: string }[] {
  return inside.map(({ properties, children }) => {
    const childRefId = kit.newId();
    return { child: { properties: { ...properties, childRefId }, children }, childRefId };
  });
}
