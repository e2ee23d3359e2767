/* Generated from schemas/app_data_models.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One data model of an app, as its last reload made it: what it takes of memory and time.
 */
export type AppDataModel = {
  /**
   * Id of the app that holds the data model, the key of the stream; joins to apps.id.
   */
  appId?: string | null;
  /**
   * Memory that the data takes when the app is opened, in bytes. Null for an app that was never reloaded, as all columns of its reload.
   */
  staticByteSize?: number | null;
  /**
   * Processor time that the last reload took, in milliseconds.
   */
  cpuTimeMs?: number | null;
  /**
   * Most memory that the last reload took at a time, in bytes.
   */
  peakMemoryBytes?: number | null;
  /**
   * Most memory that the last full reload took at a time, in bytes.
   */
  fullReloadPeakMemoryBytes?: number | null;
  /**
   * Most memory that the last partial reload took at a time, in bytes. Null where there was none.
   */
  partialReloadPeakMemoryBytes?: number | null;
  /**
   * Whether section access in the app limits which rows a user sees.
   */
  hasSectionAccess?: boolean | null;
  /**
   * Whether the app queries its database live instead of loading the data.
   */
  isDirectQueryMode?: boolean | null;
  /**
   * What the app is for: ANALYTICS, DATA_PREPARATION, DATAFLOW_PREP, SINGLE_TABLE_PREP or DIRECT_QUERY_MODE. Qlik may add others.
   */
  usage?: string | null;
  /**
   * The machine of the last reload.
   */
  hardware?: {
    /**
     * Number of its logical processor cores.
     */
    logical_cores?: number | null;
    /**
     * Its memory, in bytes.
     */
    total_memory?: number | null;
  } | null;
};
