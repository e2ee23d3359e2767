import { EngineError } from './engine-error.ts';
import type { EngineSession, Target } from './engine-session.ts';
import { evaluated, pick } from './layout.ts';
import type { Asked, Methods, Params } from './method.ts';
import { objectReturn } from './object-return.ts';
import { listed, variablesListed } from './session-layout.ts';

/** What is asked of an open app. */
export const docMethods: Methods<Target> = {
  GetAppLayout: { takes: [], run: ({ session }) => ({ qLayout: appLayout(session) }) },
  GetAppProperties: { takes: [], run: ({ session }) => ({ qProp: appProperties(session) }) },
  GetAllInfos: { takes: [], run: ({ session }) => ({ qInfos: allInfos(session) }) },
  GetObjects: { takes: [['qOptions', 'object']], run: getObjects },
  GetObject: { takes: [['qId', 'string']], run: ({ session }, { qId }) => ({ qReturn: objectReturn(session, qId) }) },
  GetMeasure: {
    takes: [['qId', 'string']],
    run: ({ session }, { qId }) => ({ qReturn: objectReturn(session, qId, 'GenericMeasure') }),
  },
  GetDimension: {
    takes: [['qId', 'string']],
    run: ({ session }, { qId }) => ({ qReturn: objectReturn(session, qId, 'GenericDimension') }),
  },
  CreateSessionObject: { takes: [['qProp', 'object']], run: createSessionObject },
  DestroySessionObject: { takes: [['qId', 'string']], run: destroySessionObject },
  GetTablesAndKeys: {
    takes: [
      ['qWindowSize', 'object'],
      ['qNullSize', 'object'],
      ['qCellHeight', 'number'],
      ['qSyntheticMode', 'boolean'],
      ['qIncludeSysVars', 'boolean'],
      ['qIncludeProfiling?', 'boolean'],
    ],
    run: ({ session }) => ({ qtr: session.hasData ? [{ qName: 'Orders', qNoOfRows: 100, qFields: [] }] : [], qk: [] }),
  },
  GetScript: { takes: [], run: () => ({ qScript: '///$tab Main\r\nLOAD * INLINE [Region];' }) },
  GetConnections: { takes: [], run: () => ({ qConnections: [] }) },
  GetLineage: { takes: [], run: () => ({ qLineage: [] }) },
  GetVariables: { takes: [['qListDef', 'object']], run: getVariables },
};

function getVariables({ session, dials }: Asked, { qListDef }: Params): object {
  if (dials.getVariables === 'unknown') throw new EngineError(-32601, 'GetVariables');
  return { qList: variablesListed(session, qListDef) };
}

function appLayout({ document, mode }: EngineSession): object {
  const { name, resourceAttributes } = document.item;
  const { hasSectionAccess, isDirectQueryMode, lastReloadTime, thumbnail, usage, ...attributes } = resourceAttributes;
  return {
    qTitle: name,
    qFileName: document.appId,
    qLastReloadTime: lastReloadTime,
    qHasScript: true,
    qStateNames: [],
    qMeta: {},
    qHasData: lastReloadTime !== '',
    qThumbnail: thumbnail ? { qUrl: thumbnail } : {},
    qUnsupportedFeatures: [],
    qUsage: usage,
    qIsOpenedWithoutData: mode === 'noData',
    ...attributes,
    hassectionaccess: hasSectionAccess,
    encrypted: false,
    privileges: ['read', 'update'],
  };
}

function appProperties({ document }: EngineSession): object {
  const { name, resourceAttributes } = document.item;
  return {
    qTitle: name,
    qLastReloadTime: resourceAttributes.lastReloadTime,
    qMigrationHash: 'b7a7c3a1',
    qSavedInProductVersion: '12.2931.0',
    qThumbnail: {},
    qHasSectionAccess: resourceAttributes.hasSectionAccess,
    qUsage: resourceAttributes.usage,
  };
}

function allInfos({ document, viewer }: EngineSession): object[] {
  return [...document.objects]
    .filter(([id]) => document.isVisible(id, viewer))
    .map(([, { properties }]) => properties.qInfo);
}

function getObjects({ session, dials }: Asked, { qOptions }: Params): object {
  const { qTypes = [], qIncludeSessionObjects, qData = {} } = qOptions;
  if (dials.getObjects === 'unknown') throw new EngineError(-32601, 'GetObjects');
  if (dials.getObjects === 'invalid' || !Array.isArray(qTypes)) throw new EngineError(-32602, 'qOptions');
  const qList = listed(session, dials, qTypes.length ? qTypes : undefined, qData);
  if (qIncludeSessionObjects)
    for (const [, { properties }] of session.sessionObjects())
      if (!qTypes.length || qTypes.includes(properties.qInfo.qType))
        qList.push({ qInfo: properties.qInfo, qMeta: {}, qData: pick(evaluated(properties, session.hasData), qData) });
  return { qList: dials.getObjects === 'emptyMeta' ? qList.map((entry) => ({ ...entry, qMeta: {} })) : qList };
}

function createSessionObject({ session }: Asked, { qProp: given }: Params): object {
  const { qType } = given.qInfo ?? {};
  if (typeof qType !== 'string' || qType === '') throw new EngineError(-32602, 'qProp');
  const sessionObjects = [...session.sessionObjects()];
  const id = given.qInfo.qId || `session-${qType}-${sessionObjects.length}`;
  if (session.document.objects.has(id)) throw new EngineError(3, id);
  const qInfo = { qId: id, qType };
  const [known] = sessionObjects.find(([, target]) => target.id === id) ?? [];
  if (known !== undefined) session.drop(known);
  const qHandle = session.handleOf({ kind: 'SessionObject', id, properties: { ...given, qInfo } });
  return { qReturn: { qType: 'GenericObject', qHandle, qGenericType: qType, qGenericId: id }, qInfo };
}

function destroySessionObject({ session }: Asked, { qId: id }: Params): object {
  for (const [handle, target] of session.sessionObjects()) {
    if (target.id !== id) continue;
    session.drop(handle);
    return { qSuccess: true };
  }
  return { qSuccess: false };
}
