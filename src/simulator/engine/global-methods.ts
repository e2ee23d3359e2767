import { EngineError } from './engine-error.ts';
import type { EngineSession, Target } from './engine-session.ts';
import type { Asked, Methods, Params } from './method.ts';
import { NOTHING } from './object-return.ts';

/** What is asked of handle -1. */
export const globalMethods: Methods<Target> = {
  EngineVersion: { takes: [], run: () => ({ qVersion: { qComponentVersion: '12.2931.0' } }) },
  ProductVersion: { takes: [], run: () => ({ qReturn: '12.2931.0' }) },
  GetProgress: {
    takes: [['qRequestId', 'number']],
    run: () => ({ qProgressData: { qStarted: true, qFinished: 100, qTotal: 100, qMillisecs: 1 } }),
  },
  CancelRequest: { takes: [['qRequestId', 'number']], run: () => ({}) },
  GetActiveDoc: { takes: [], run: ({ session }) => ({ qReturn: session.mode ? docReturn(session) : NOTHING }) },
  OpenDoc: {
    takes: [
      ['qDocName', 'string'],
      ['qUserName?', 'string'],
      ['qPassword?', 'string'],
      ['qSerial?', 'string'],
      ['qNoData?', 'boolean'],
    ],
    run: openDoc,
  },
};

function openDoc({ session, dials }: Asked, { qDocName: name, qNoData: noData = false }: Params): object {
  const { item } = session.document;
  if (name !== session.key.appId) throw new EngineError(1003, name);
  const mode = noData ? 'noData' : 'data';
  if (session.mode) throw new EngineError(session.mode === mode ? 1002 : 1009, name);
  const isRefused = noData ? dials.sectionAccessWithoutData === 'refused' : true;
  if (item.resourceAttributes.hasSectionAccess && isRefused) throw new EngineError(dials.sectionAccessError);
  session.mode = dials.noData === 'ignored' ? 'data' : mode;
  return { qReturn: docReturn(session) };
}

function docReturn(session: EngineSession): object {
  return { qType: 'Doc', qHandle: session.handleOf({ kind: 'Doc' }), qGenericId: session.key.appId };
}
