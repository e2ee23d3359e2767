/* Generated from schemas/master_visualizations.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One master visualisation of an app: a chart in its library, with dimensions and measures, for its sheets to show.
 */
export type MasterVisualization = {
  /**
   * Id of the app whose library holds the master visualisation; joins to apps.id. Part of the key.
   */
  appId?: string | null;
  /**
   * Id of the master visualisation within its app, part of the key. charts.masterItemId refers to it.
   */
  id?: string | null;
  /**
   * Title of the master visualisation.
   */
  title?: string | null;
  /**
   * What the master visualisation is for. Empty or null where nobody wrote anything.
   */
  description?: string | null;
  /**
   * Tags of the master visualisation.
   */
  tags?: (string | null)[] | null;
  /**
   * What is drawn, for example barchart, table, kpi or the name of an extension. For an auto-chart, what it chose.
   */
  type?: string | null;
  /**
   * Kind of object in Qlik's engine: masterobject.
   */
  objectType?: string | null;
  /**
   * Expression that makes the title, where it is not plain text.
   */
  titleExpression?: string | null;
  /**
   * Subtitle as stored. Null where subtitleExpression is set, or there is none.
   */
  subtitle?: string | null;
  /**
   * Expression that makes the subtitle, where it is not plain text.
   */
  subtitleExpression?: string | null;
  /**
   * Footnote as stored. Null where footnoteExpression is set, or there is none.
   */
  footnote?: string | null;
  /**
   * Expression that makes the footnote, where it is not plain text.
   */
  footnoteExpression?: string | null;
  /**
   * What the chart groups by, in order. Empty where it has no dimensions.
   */
  dimensions?:
    | ({
        /**
         * Label as stored, or that of the master dimension.
         */
        label?: string | null;
        /**
         * Id of the master dimension. Null where the dimension is defined in the chart.
         */
        libraryId?: string | null;
        /**
         * Fields or expressions, several where one can drill down. Empty where the master dimension is gone.
         */
        fieldDefs?: (string | null)[] | null;
        /**
         * Expression that makes the label, where it is not plain text.
         */
        labelExpression?: string | null;
        /**
         * How several fields belong together, in Qlik's letters: N none, H drill-down, C cycle.
         */
        grouping?: string | null;
      } | null)[]
    | null;
  /**
   * What the chart computes, in order. Empty where it has no measures.
   */
  measures?:
    | ({
        /**
         * Label as stored, or that of the master measure.
         */
        label?: string | null;
        /**
         * Id of the master measure. Null where the measure is defined in the chart.
         */
        libraryId?: string | null;
        /**
         * Expression that is computed. Null where the master measure is gone.
         */
        expression?: string | null;
        /**
         * Expression that makes the label, where it is not plain text.
         */
        labelExpression?: string | null;
      } | null)[]
    | null;
  /**
   * Id of the user who owns the master visualisation; joins to users.id. Null where the engine does not tell.
   */
  ownerId?: string | null;
  /**
   * Whether the master visualisation belongs to the published app itself. Null where the engine does not tell.
   */
  approved?: boolean | null;
  /**
   * Whether others than the owner see the master visualisation. Null where the engine does not tell.
   */
  published?: boolean | null;
  /**
   * When the master visualisation was created. Null where the engine does not tell.
   */
  createdDate?: string | null;
  /**
   * When the master visualisation was last changed. Null where the engine does not tell.
   */
  modifiedDate?: string | null;
};
