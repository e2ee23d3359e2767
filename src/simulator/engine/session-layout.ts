import { isRecord, type Properties, type StoredObject } from '../data/stored-object.ts';
import { listedVariable, RESERVED } from '../data/variables.ts';
import type { EngineDials } from './engine-dials.ts';
import type { EngineSession } from './engine-session.ts';
import { dimensionInfos, evaluated, pick } from './layout.ts';

/** An entry of a list of objects. */
export interface Entry {
  qInfo: object;
  qMeta: object;
  qData: object;
}

/** Which definition makes a session object a list, what it lists unless it says so, and where the entries are. */
const LISTS = [
  { definition: 'qAppObjectListDef', result: 'qAppObjectList' },
  { definition: 'qMeasureListDef', result: 'qMeasureList', type: 'measure' },
  { definition: 'qDimensionListDef', result: 'qDimensionList', type: 'dimension' },
];

const ITEM_TYPES = ['measure', 'dimension', 'variable'];

/** The layout of a session object: of a list, with its entries. */
export function sessionLayout(session: EngineSession, dials: EngineDials, properties: Properties): object {
  const layout: Record<string, unknown> = { qInfo: properties.qInfo, qMeta: { privileges: [] }, qSelectionInfo: {} };
  if (isRecord(properties.qVariableListDef))
    return { ...layout, qVariableList: { qItems: variablesListed(session, properties.qVariableListDef) } };
  const list = LISTS.find(({ definition }) => isRecord(properties[definition]));
  if (!list) return { ...(evaluated(properties, session.hasData) as object), ...layout };
  const { qType = list.type, qData = {} } = properties[list.definition] as Record<string, unknown>;
  const types = [String(qType)];
  layout[list.result] = { qItems: listed(session, dials, types, isRecord(qData) ? qData : {}) };
  return layout;
}

/** The app's variables, with Qlik's own if they are asked for. */
export function variablesListed({ document }: EngineSession, { qShowReserved }: Record<string, unknown>): object[] {
  const own = document
    .idsOfType('variable')
    .map((id) => listedVariable(document.objects.get(id)?.properties as Properties));
  return [...(qShowReserved ? RESERVED : []), ...own];
}

/** The objects of some types that the session's user may see; of all types but master measures, dimensions and variables, unless given. */
export function listed(
  session: EngineSession,
  dials: EngineDials,
  types: string[] | undefined,
  pointers: Record<string, unknown>,
): Entry[] {
  const { document, viewer } = session;
  const inside = new Set([...document.objects.values()].flatMap(({ childIds }) => childIds));
  const isWanted = (id: string, { properties }: StoredObject) => {
    const { qType } = properties.qInfo;
    if (inside.has(id) && dials.getObjectsLists === 'roots') return false;
    return (types ? types.includes(qType) : !ITEM_TYPES.includes(qType)) && document.isVisible(id, viewer);
  };
  return [...document.objects]
    .filter(([id, object]) => isWanted(id, object))
    .map(([, { properties, meta }]) => ({ qInfo: properties.qInfo, qMeta: meta, qData: data(properties) }));

  function data(properties: Properties): object {
    const more = properties.qDim ? { qDimInfos: dimensionInfos(properties) } : {};
    const source = dials.listedExpressions === 'stored' ? properties : evaluated(properties, session.hasData);
    return pick({ ...(source as object), ...more }, pointers);
  }
}
