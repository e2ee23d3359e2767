/* Generated from schemas/charts.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One object on a sheet, at any depth: charts, filter panes and their list boxes, containers and what is in them, texts, buttons, extensions.
 */
export type Chart = {
  /**
   * Id of the app, part of the key. Refers to apps.id.
   */
  appId?: string | null;
  /**
   * Id of the sheet that shows the chart; the first by rank where several do. Refers to sheets.id within the app.
   */
  sheetId?: string | null;
  /**
   * Id of the chart within its app, part of the key.
   */
  id?: string | null;
  /**
   * Id of the container, filter pane or other object that holds the chart. Null where it stands on the sheet itself.
   */
  parentId?: string | null;
  /**
   * What is drawn, for example barchart, table, kpi or the name of an extension. For an auto-chart, what it chose.
   */
  type?: string | null;
  /**
   * Type of the stored object. Mostly the same as type; auto-chart for an auto-chart.
   */
  objectType?: string | null;
  /**
   * Title as stored, its master visualization's where it has none of its own. Null where titleExpression is set, or there is none.
   */
  title?: string | null;
  /**
   * Subtitle as stored. Null where subtitleExpression is set, or there is none.
   */
  subtitle?: string | null;
  /**
   * Footnote as stored. Null where footnoteExpression is set, or there is none.
   */
  footnote?: string | null;
  /**
   * Expression that makes the title, where it is not plain text.
   */
  titleExpression?: string | null;
  /**
   * Expression that makes the subtitle, where it is not plain text.
   */
  subtitleExpression?: string | null;
  /**
   * Expression that makes the footnote, where it is not plain text.
   */
  footnoteExpression?: string | null;
  /**
   * Id of the master visualization that the chart shows. Null where it is defined on the sheet itself.
   */
  masterItemId?: string | null;
  /**
   * What a text object says: its markdown, or its paragraphs, a line each, with *** for keys in addresses. Measures in it are named by their cId. Null for objects without a text.
   */
  text?: string | null;
  /**
   * Expression that says when the object is shown: its own, or that of its place in a container. Null where it always is.
   */
  showCondition?: string | null;
  /**
   * Expression that says when the chart is computed. Null where it always is.
   */
  calculationCondition?: string | null;
  /**
   * Place on the sheet's grid. Null for what stands inside another object.
   */
  position?: {
    /**
     * Column, from 0 at the left.
     */
    col?: number | null;
    /**
     * Row, from 0 at the top.
     */
    row?: number | null;
    /**
     * Width in columns.
     */
    colspan?: number | null;
    /**
     * Height in rows.
     */
    rowspan?: number | null;
  } | null;
  /**
   * What the chart groups by, in order. Of a chart that shows a master filter pane or container, also what the objects in it do. Empty where it has no dimensions.
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
   * What the chart computes, in order. Of a chart that shows a master container, also what the objects in it do. Empty where it has no measures.
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
   * When the sheet was last saved; Qlik keeps no time for a chart.
   */
  sheetModifiedDate?: string | null;
  /**
   * Address that opens the chart alone in a browser.
   */
  url?: string | null;
};
