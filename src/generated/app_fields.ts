/* Generated from schemas/app_fields.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One field of the data model of an app, as its last reload made it, without values.
 */
export type AppField = {
  /**
   * Id of the app that holds the field; joins to apps.id. Part of the key.
   */
  appId?: string | null;
  /**
   * Name of the field, part of the key.
   */
  name?: string | null;
  /**
   * What the load script says of the field.
   */
  comment?: string | null;
  /**
   * Names of the tables that have the field (app_tables.name in the same app), in order of the names.
   */
  src_tables?: (string | null)[] | null;
  /**
   * Tags of the field, which tell its kind, for example $key, $numeric, $text, $date or $hidden.
   */
  tags?: (string | null)[] | null;
  /**
   * Number of distinct values.
   */
  cardinal?: number | null;
  /**
   * Number of values.
   */
  total_count?: number | null;
  /**
   * Memory that it takes, in bytes.
   */
  byte_size?: number | null;
  /**
   * Hash of the values: the same hash means the same values. Qlik does not say how it is made.
   */
  hash?: string | null;
  /**
   * Whether all values are numbers.
   */
  is_numeric?: boolean | null;
  /**
   * Whether it is hidden from users.
   */
  is_hidden?: boolean | null;
  /**
   * Whether Qlik made it for itself.
   */
  is_system?: boolean | null;
  /**
   * Whether it is a semantic field, which links values to others.
   */
  is_semantic?: boolean | null;
  /**
   * Whether selections in it are locked.
   */
  is_locked?: boolean | null;
  /**
   * Whether only distinct values are shown.
   */
  distinct_only?: boolean | null;
  /**
   * Whether exactly one value is selected at any time.
   */
  always_one_selected?: boolean | null;
};
