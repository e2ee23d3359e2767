/* Generated from schemas/sheets.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One sheet of an app, as far as the credentials may see it: public and community sheets, and private ones of their own.
 */
export type Sheet = {
  /**
   * Id of the app that holds the sheet, part of the key. Refers to apps.id.
   */
  appId?: string | null;
  /**
   * Id of the sheet within its app, part of the key. Sheet URLs and charts.sheetId use it.
   */
  id?: string | null;
  /**
   * Id under which Qlik keeps the sheet as an object of the tenant. No other stream refers to it.
   */
  objectId?: string | null;
  /**
   * Title of the sheet as stored. Where labelExpression is set, Qlik shows that one's value in its place.
   */
  title?: string | null;
  /**
   * Description of the sheet as stored.
   */
  description?: string | null;
  /**
   * Place of the sheet among those of its app; lower ones come first.
   */
  rank?: number | null;
  /**
   * Id of the user who owns the sheet. Refers to users.id.
   */
  ownerId?: string | null;
  /**
   * Whether the sheet is one of the base sheets that came with the published app.
   */
  approved?: boolean | null;
  /**
   * Whether others than its owner may see the sheet.
   */
  published?: boolean | null;
  /**
   * Who sees the sheet: public (everybody who may open the app), community (likewise, but added to a published app by a user) or private (its owner only).
   */
  visibility?: string | null;
  /**
   * When the sheet was made.
   */
  createdDate?: string | null;
  /**
   * When the sheet was last saved, as Qlik says. A changed master item can change what a sheet shows without moving this time.
   */
  modifiedDate?: string | null;
  /**
   * Columns of the grid that cells are placed on.
   */
  columns?: number | null;
  /**
   * Rows of the grid that cells are placed on.
   */
  rows?: number | null;
  /**
   * Fineness of the grid, for example small, medium, large or customrows.
   */
  gridResolution?: string | null;
  /**
   * What stands where on the sheet, on the grid of columns and rows.
   */
  cells?:
    | ({
        /**
         * Id of the chart in this place. Refers to charts.id within the app.
         */
        name?: string | null;
        /**
         * Type of the chart in this place, as stored with the sheet.
         */
        type?: string | null;
        /**
         * Column of the place, from 0 at the left.
         */
        col?: number | null;
        /**
         * Row of the place, from 0 at the top.
         */
        row?: number | null;
        /**
         * Width of the place in columns.
         */
        colspan?: number | null;
        /**
         * Height of the place in rows.
         */
        rowspan?: number | null;
        /**
         * The place in percent of the sheet's width and height.
         */
        bounds?: {
          /**
           * Distance of the place from the left.
           */
          x?: number | null;
          /**
           * Distance of the place from the top.
           */
          y?: number | null;
          /**
           * Width of the place.
           */
          width?: number | null;
          /**
           * Height of the place.
           */
          height?: number | null;
        } | null;
      } | null)[]
    | null;
  /**
   * Path of the sheet's thumbnail picture. Null where there is none.
   */
  thumbnail?: string | null;
  /**
   * What makes the title where it is not plain text: the expression, or its value where Qlik lists no more than that. Null for a plain title.
   */
  labelExpression?: string | null;
  /**
   * What makes the description where it is not plain text: the expression, or its value where Qlik lists no more than that. Null for a plain description.
   */
  descriptionExpression?: string | null;
  /**
   * Expression that decides whether Qlik shows the sheet. It hides, it does not protect. Null where the sheet is always shown.
   */
  showCondition?: string | null;
  /**
   * Address that opens the sheet in a browser.
   */
  url?: string | null;
};
