/** A list of an app's objects, kept in the session. */
type ListObject = { readonly qInfo: object } & (
  | { qAppObjectListDef: object }
  | { qMeasureListDef: object }
  | { qDimensionListDef: object }
  | { qVariableListDef: object }
);

/**
 * The only methods of the engine that are ever called, with their parameters: none writes, none opens an app with its data,
 * none computes or returns any of it. `GetLayout` is for list objects.
 */
export interface ReadingMethods {
  OpenDoc: { readonly qDocName: string; readonly qNoData: true };
  GetActiveDoc: readonly [];
  GetAppLayout: readonly [];
  GetObjects: readonly [
    { readonly qTypes: readonly string[]; readonly qIncludeSessionObjects: false; readonly qData: object },
  ];
  GetObject: readonly [id: string];
  GetProperties: readonly [];
  GetChildInfos: readonly [];
  GetFullPropertyTree: readonly [];
  CreateSessionObject: readonly [ListObject];
  GetLayout: readonly [];
  GetVariables: readonly [
    { readonly qType: 'variable'; readonly qShowReserved: false; readonly qShowConfig: false; readonly qData: object },
  ];
}
