/* Generated from schemas/measures.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One master measure of an app: an expression, defined once, for its charts to compute.
 */
export type Measure = {
  /**
   * Id of the app whose library holds the master measure; joins to apps.id. Part of the key.
   */
  appId?: string | null;
  /**
   * Id of the master measure within its app, part of the key. charts.measures[].libraryId refers to it.
   */
  id?: string | null;
  /**
   * Title of the master measure.
   */
  title?: string | null;
  /**
   * What the master measure is for. Empty or null where nobody wrote anything.
   */
  description?: string | null;
  /**
   * Tags of the master measure.
   */
  tags?: (string | null)[] | null;
  /**
   * Label as stored.
   */
  label?: string | null;
  /**
   * Expression that makes the label, where it is not plain text.
   */
  labelExpression?: string | null;
  /**
   * Expression that is computed.
   */
  expression?: string | null;
  /**
   * How several expressions belong together, in Qlik's letters: N none, C cycle.
   */
  grouping?: string | null;
  /**
   * How numbers are shown, in Qlik's terms. Empty where it is left to the chart.
   */
  numberFormat?: {
    /**
     * Kind of number: U unknown, A ascii, I integer, R real, F fixed, M money, D date, T time, TS timestamp, IV interval.
     */
    qType?: string | null;
    /**
     * Digits after the decimal separator.
     */
    qnDec?: number | null;
    /**
     * Whether thousands are separated: 1, or 0.
     */
    qUseThou?: number | null;
    /**
     * Pattern, for example 0.0%.
     */
    qFmt?: string | null;
    /**
     * Decimal separator.
     */
    qDec?: string | null;
    /**
     * Thousands separator.
     */
    qThou?: string | null;
  } | null;
  /**
   * Id of the user who owns the master measure; joins to users.id. Null where the engine does not tell.
   */
  ownerId?: string | null;
  /**
   * Whether the master measure belongs to the published app itself. Null where the engine does not tell.
   */
  approved?: boolean | null;
  /**
   * Whether others than the owner see the master measure. Null where the engine does not tell.
   */
  published?: boolean | null;
  /**
   * When the master measure was created. Null where the engine does not tell.
   */
  createdDate?: string | null;
  /**
   * When the master measure was last changed. Null where the engine does not tell.
   */
  modifiedDate?: string | null;
};
