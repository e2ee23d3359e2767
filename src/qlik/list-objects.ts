/** Which properties of listed objects are wanted: a name for each, and where it stands in them, as a JSON pointer. */
export type Wanted = { readonly [name: string]: string };

/** Objects that a list may be made of. */
export type ListedType = 'sheet' | 'masterobject' | 'measure' | 'dimension';

const appObjects = (qType: string, qData: Wanted) => ({
  qInfo: { qType: 'list' },
  qAppObjectListDef: { qType, qData },
});

/** Objects of the session that list the app's, and where the list stands in their layouts. */
export const LISTS = {
  sheet: { definition: appObjects, place: 'qAppObjectList' },
  masterobject: { definition: appObjects, place: 'qAppObjectList' },
  measure: {
    definition: (qType: string, qData: Wanted) => ({ qInfo: { qType: 'list' }, qMeasureListDef: { qType, qData } }),
    place: 'qMeasureList',
  },
  dimension: {
    definition: (qType: string, qData: Wanted) => ({ qInfo: { qType: 'list' }, qDimensionListDef: { qType, qData } }),
    place: 'qDimensionList',
  },
};
