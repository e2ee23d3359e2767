import type { EngineSession } from './engine-session.ts';

/** What stands for an object that is not found. */
export const NOTHING = { qType: null, qHandle: null };

const ITEM_KINDS: Record<string, 'GenericMeasure' | 'GenericDimension'> = {
  measure: 'GenericMeasure',
  dimension: 'GenericDimension',
};

/** What stands for a stored object; null handles for one that is not there, or not to be seen. */
export function objectReturn(session: EngineSession, id: string, wanted?: 'GenericMeasure' | 'GenericDimension') {
  const { document, viewer } = session;
  if (!document.isVisible(id, viewer)) return NOTHING;
  const qType = document.objects.get(id)?.properties.qInfo.qType ?? '';
  const kind = ITEM_KINDS[qType] ?? 'GenericObject';
  if (wanted && wanted !== kind) return NOTHING;
  return { qType: kind, qHandle: session.handleOf({ kind: 'StoredObject', id }), qGenericType: qType, qGenericId: id };
}
