import { withoutEmpty } from '../data/stored-object.ts';
import type { SessionTarget, StoredTarget } from './engine-session.ts';
import { effective, layoutOf } from './layout.ts';
import type { Asked, Methods, Params } from './method.ts';
import { NOTHING, objectReturn } from './object-return.ts';
import { sessionLayout } from './session-layout.ts';

/** What is asked of a stored object, or of a master measure or dimension. */
export const objectMethods: Methods<StoredTarget> = {
  GetLayout: {
    takes: [],
    run: ({ session, target }) => ({ qLayout: layoutOf(session.document, target.id, session.hasData) }),
  },
  GetProperties: {
    takes: [],
    run: (asked) => ({ qProp: asked.session.document.properties(asked.target.id, emptiness(asked)) }),
  },
  GetEffectiveProperties: {
    takes: [],
    run: (asked) => ({ qProp: withoutEmpty(effective(asked.session.document, asked.target.id)) }),
  },
  GetFullPropertyTree: {
    takes: [],
    run: (asked) => ({ qPropEntry: asked.session.document.tree(asked.target.id, emptiness(asked)) }),
  },
  GetInfo: { takes: [], run: (asked) => ({ qInfo: infoOf(asked, asked.target.id) }) },
  GetChildInfos: {
    takes: [],
    run: (asked) => ({ qInfos: asked.session.document.childIds(asked.target.id).map((id) => infoOf(asked, id)) }),
  },
  GetChild: { takes: [['qId', 'string']], run: getChild },
  GetParent: { takes: [], run: getParent },
  GetLinkedObjects: { takes: [], run: (asked) => ({ qItems: linkedObjects(asked) }) },
  GetMeasure: {
    takes: [],
    run: ({ session, target }) => ({ qMeasure: session.document.properties(target.id).qMeasure }),
  },
  GetDimension: { takes: [], run: ({ session, target }) => ({ qDim: session.document.properties(target.id).qDim }) },
};

/** What is asked of an object that is gone with its session. */
export const sessionObjectMethods: Methods<SessionTarget> = {
  GetLayout: {
    takes: [],
    run: ({ session, dials, target }) => ({ qLayout: sessionLayout(session, dials, target.properties) }),
  },
  GetProperties: { takes: [], run: ({ target }) => ({ qProp: target.properties }) },
  GetInfo: { takes: [], run: ({ target }) => ({ qInfo: target.properties.qInfo }) },
  GetChildInfos: { takes: [], run: () => ({ qInfos: [] }) },
};

function emptiness({ returnEmpty }: Asked<StoredTarget>): 'kept' | 'leftOut' {
  return returnEmpty ? 'kept' : 'leftOut';
}

function infoOf({ session }: Asked<StoredTarget>, id: string): object | undefined {
  return session.document.objects.get(id)?.properties.qInfo;
}

function getChild({ session, target }: Asked<StoredTarget>, { qId: id }: Params): object {
  const isChild = session.document.childIds(target.id).includes(id);
  return { qReturn: isChild ? objectReturn(session, id) : NOTHING };
}

function getParent({ session, target }: Asked<StoredTarget>): object {
  const parentId = session.document.parentId(target.id);
  return { qReturn: parentId === undefined ? NOTHING : objectReturn(session, parentId) };
}

function linkedObjects({ session, target }: Asked<StoredTarget>): object[] {
  const { document, viewer } = session;
  return document
    .charts(viewer)
    .filter(({ id }) => document.objects.get(id)?.properties.qExtendsId === target.id)
    .map(({ id, sheetId }) => ({ qRootId: sheetId, qInfo: document.objects.get(id)?.properties.qInfo }));
}
