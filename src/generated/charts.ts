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
   * When the sheet was last saved; Qlik keeps no time for a chart.
   */
  sheetModifiedDate?: string | null;
  /**
   * Address that opens the chart alone in a browser.
   */
  url?: string | null;
};
