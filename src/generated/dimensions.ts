/* Generated from schemas/dimensions.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One master dimension of an app: defined once, for its charts to group by.
 */
export type Dimension = {
  /**
   * Id of the app whose library holds the master dimension; joins to apps.id. Part of the key.
   */
  appId?: string | null;
  /**
   * Id of the master dimension within its app, part of the key. charts.dimensions[].libraryId refers to it.
   */
  id?: string | null;
  /**
   * Title of the master dimension.
   */
  title?: string | null;
  /**
   * What the master dimension is for. Empty or null where nobody wrote anything.
   */
  description?: string | null;
  /**
   * Tags of the master dimension.
   */
  tags?: (string | null)[] | null;
  /**
   * How several fields belong together, in Qlik's letters: N none, H drill-down, C cycle.
   */
  grouping?: string | null;
  /**
   * Fields or expressions, several where one can drill down.
   */
  fieldDefs?: (string | null)[] | null;
  /**
   * Labels of the fields, in the same order.
   */
  fieldLabels?: (string | null)[] | null;
  /**
   * Expression that makes the label, where it is not plain text.
   */
  labelExpression?: string | null;
  /**
   * Id of the user who owns the master dimension; joins to users.id. Null where the engine does not tell.
   */
  ownerId?: string | null;
  /**
   * Whether the master dimension belongs to the published app itself. Null where the engine does not tell.
   */
  approved?: boolean | null;
  /**
   * Whether others than the owner see the master dimension. Null where the engine does not tell.
   */
  published?: boolean | null;
  /**
   * When the master dimension was created. Null where the engine does not tell.
   */
  createdDate?: string | null;
  /**
   * When the master dimension was last changed. Null where the engine does not tell.
   */
  modifiedDate?: string | null;
};
