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
   * What a text object says: its markdown, or its paragraphs, a line each, with *** for keys in addresses. Measures in it are named by their cId. Null for objects without a text.
   */
  text?: string | null;
  /**
   * Expression that says when the object is shown. Null where it always is.
   */
  showCondition?: string | null;
  /**
   * Expression that says when the chart is computed. Null where it always is.
   */
  calculationCondition?: string | null;
  /**
   * What the chart groups by, in order, and what all objects in it do, if it is a filter pane or a container. Empty where it has no dimensions.
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
   * What the chart computes, in order, and what all objects in it do, if it is a container. Empty where it has no measures.
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
   * Dimensions that people can switch to, and which are not drawn, in order.
   */
  alternativeDimensions?:
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
   * Measures that people can switch to, and which are not drawn, in order.
   */
  alternativeMeasures?:
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
   * What happens when the object is clicked, in order. Empty where nothing does.
   */
  actions?:
    | ({
        /**
         * What is done, in Qlik's words, for example setVariable, selectValues or goToSheet.
         */
        action?: string | null;
        /**
         * Name that the author gave the action.
         */
        label?: string | null;
        /**
         * Id of the sheet that is opened.
         */
        sheet?: string | null;
        /**
         * Name of the variable that is set.
         */
        variable?: string | null;
        /**
         * Name of the field in which values are selected.
         */
        field?: string | null;
        /**
         * Value that is set or selected: a text or an expression, with *** for what looks like a secret.
         */
        value?: string | null;
        /**
         * Id of the bookmark that is applied.
         */
        bookmark?: string | null;
        /**
         * Address that is opened: a text or an expression, with *** for users, passwords and keys.
         */
        url?: string | null;
      } | null)[]
    | null;
  /**
   * Every other expression of the object, in the order in which they are stored. Empty where there is none.
   */
  expressions?:
    | ({
        /**
         * Where the expression stands, as a JSON pointer into the properties of the object, or of the master that is shown there; what is in a master stands under /qChildren.
         */
        place?: string | null;
        /**
         * What the expression does: dimension, measure, sort, color, title, label, text, condition, limit, attribute, reference_line, description, tooltip, action; excluded where it is switched off.
         */
        role?: string | null;
        /**
         * Expression as stored.
         */
        expression?: string | null;
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
