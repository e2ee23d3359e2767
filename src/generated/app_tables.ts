/* Generated from schemas/app_tables.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One table of the data model of an app, as its last reload made it, without rows.
 */
export type AppTable = {
  /**
   * Id of the app that holds the table; joins to apps.id. Part of the key.
   */
  appId?: string | null;
  /**
   * Name of the table, part of the key. Tables that are loaded from a file are named after it unless the script names them.
   */
  name?: string | null;
  /**
   * What the load script says of the table.
   */
  comment?: string | null;
  /**
   * Number of rows.
   */
  no_of_rows?: number | null;
  /**
   * Number of fields.
   */
  no_of_fields?: number | null;
  /**
   * Number of fields that it has in common with other tables.
   */
  no_of_key_fields?: number | null;
  /**
   * Memory that it takes, in bytes.
   */
  byte_size?: number | null;
  /**
   * Whether Qlik made it for itself.
   */
  is_system?: boolean | null;
  /**
   * Whether it is a semantic table, which links values to others.
   */
  is_semantic?: boolean | null;
  /**
   * Whether it is loosely coupled, because tables are joined in a circle.
   */
  is_loose?: boolean | null;
};
