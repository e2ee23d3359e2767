import { listObject, withCube } from './cubes.ts';
import type { Kit } from './library.ts';
import type { Branch, Properties } from './stored-object.ts';

type ChartMaker = (kit: Kit, type: string, more?: object) => Properties;

/** Every way for charts to stand in another one. */
export function containerKinds(chart: ChartMaker): Record<string, (kit: Kit) => Branch> {
  const leaf = (kit: Kit, type: string, more: object = {}): Branch => ({
    properties: chart(kit, type, more),
    children: [],
  });
  const bar = (kit: Kit, more: object = {}) => leaf(kit, 'barchart', { ...withCube(kit, 1, 1), ...more });
  const box = (kit: Kit) => leaf(kit, 'listbox', { title: 'A field', ...listObject(kit) });
  const filterpane =
    (type: string) =>
    (kit: Kit, more: object = {}) => ({
      properties: chart(kit, type, more),
      children: [box(kit), box(kit)],
    });

  /** The old container names its children by a reference of theirs, or by the master that they show. */
  const container = (kit: Kit): Branch => {
    const own = bar(kit, { containerChildId: kit.newId() });
    const [masterId = kit.library.goneId] = kit.library.visualizationIds;
    const shown = leaf(kit, 'kpi');
    shown.properties = { qInfo: shown.properties.qInfo, qExtendsId: masterId, qMetaDef: {}, qStateName: '' };
    const externalReference = { masterId: '', app: '', viewId: '' };
    const shared = { condition: '', externalReference };
    const children = [
      { refId: own.properties.containerChildId, label: 'Own', isMaster: false, type: 'barchart', ...shared },
      { refId: masterId, label: 'Master', isMaster: true, ...shared },
    ];
    return { properties: chart(kit, 'container', { children, showTabs: true }), children: [own, shown] };
  };

  const tabs =
    (type: string) =>
    (kit: Kit, inside: Branch[], more: object = {}) => {
      const refs = inside.map((child) => ({ child, childRefId: kit.newId() }));
      const objects = refs.map(({ childRefId }, index) => ({ childRefId, label: `Tab ${index + 1}`, condition: '' }));
      const children = refs.map(({ child, childRefId }) => withMembers(child, { childRefId }));
      return {
        properties: chart(kit, type, { objects, defaultTabId: objects[0]?.childRefId ?? '', ...more }),
        children,
      };
    };

  const layout = (kit: Kit, inside: Branch[]): Branch => {
    const refs = inside.map((child) => ({ child, childRefId: kit.newId() }));
    const objects = refs.map(({ childRefId }, index) => ({
      childRefId,
      label: `Part ${index + 1}`,
      bounds: { x: 50 * index, y: 0, width: 50, height: 100 },
      condition: { qValueExpression: { qExpr: '=1' } },
    }));
    const children = refs.map(({ child, childRefId }) => withMembers(child, { childRefId }));
    return { properties: chart(kit, 'sn-layout-container', { objects }), children };
  };

  const tabbed = tabs('sn-tabbed-container');
  return {
    filterpane: (kit) => filterpane('filterpane')(kit),
    'sn-filter-pane': (kit) => filterpane('sn-filter-pane')(kit),
    container,
    'sn-tabbed-container': (kit) => tabbed(kit, [bar(kit), bar(kit)]),
    'qlik-tab-container': (kit) => tabs('qlik-tab-container')(kit, [bar(kit)]),
    'sn-layout-container': (kit) => layout(kit, [filterpane('filterpane')(kit), bar(kit)]),
    'four deep': (kit) => layout(kit, [tabbed(kit, [filterpane('sn-filter-pane')(kit), bar(kit)])]),
  };
}

function withMembers({ properties, children }: Branch, more: object): Branch {
  return { properties: { ...properties, ...more }, children };
}
