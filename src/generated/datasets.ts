/* Generated from schemas/datasets.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One data set of the tenant's catalog: a file or a table whose fields Qlik knows.
 */
export type Dataset = {
  /**
   * Id of the data set (resourceId of its catalog item), the key of the stream.
   */
  id?: string | null;
  /**
   * Id of the catalog item that stands for the data set. Collections and tags refer to it.
   */
  itemId?: string | null;
  /**
   * Name of the data set.
   */
  name?: string | null;
  /**
   * What the data set holds. Empty or null where nobody wrote anything.
   */
  description?: string | null;
  /**
   * Id of the tenant that the data set belongs to.
   */
  tenantId?: string | null;
  /**
   * Id of the space that holds the data set; joins to spaces.id. Null in a user's personal space.
   */
  spaceId?: string | null;
  /**
   * Id of the user who owns the data set; joins to users.id.
   */
  ownerId?: string | null;
  /**
   * Id of the user who created the catalog item; joins to users.id. Null where no user did.
   */
  creatorId?: string | null;
  /**
   * Id of the user who last changed the catalog item; joins to users.id. Null where no user did.
   */
  updaterId?: string | null;
  /**
   * Kind of catalog item: always dataset in this stream.
   */
  resourceType?: string | null;
  /**
   * Where the data set is kept, for example qix-df for a data file. Qlik does not list the values.
   */
  resourceSubType?: string | null;
  /**
   * URL of the resource where it lives outside Qlik.
   */
  resourceLink?: string | null;
  /**
   * Id of the thumbnail picture. Empty where there is none.
   */
  thumbnailId?: string | null;
  /**
   * When the catalog item was created, to the second.
   */
  createdAt?: string | null;
  /**
   * When the catalog item was last changed, to the second.
   */
  updatedAt?: string | null;
  /**
   * When the data set itself was created, to the second.
   */
  resourceCreatedAt?: string | null;
  /**
   * When the data set itself was last changed, to the second.
   */
  resourceUpdatedAt?: string | null;
  /**
   * When the last reload of the resource ended, to the second. Null where it has none, as most data sets.
   */
  resourceReloadEndTime?: string | null;
  /**
   * Outcome of that reload: ok where it succeeded. Empty where there was none. Qlik does not list the values.
   */
  resourceReloadStatus?: string | null;
  /**
   * How large the resource is, as the catalog tells it. Zero for most data sets.
   */
  resourceSize?: {
    /**
     * Size on disk, in bytes.
     */
    appFile?: number | null;
    /**
     * Size in memory, in bytes.
     */
    appMemory?: number | null;
  } | null;
  /**
   * Where the data is, and how Qlik names it.
   */
  resourceAttributes?: {
    /**
     * Kind of program that the data set belongs to, for example QIX-DF.
     */
    appType?: string | null;
    /**
     * Name of the store that holds the data, for example DataFilesStore.
     */
    dataStoreName?: string | null;
    /**
     * Kind of store, for example qix-datafiles or snowflake.
     */
    dataStoreType?: string | null;
    /**
     * Qlik resource identifier, by which lineage names the data set.
     */
    qri?: string | null;
    /**
     * The same identifier with its parts hashed.
     */
    secureQri?: string | null;
    /**
     * Id of the data set in the program that it belongs to, for example QIX-DF_ and a UUID.
     */
    sourceSystemId?: string | null;
    /**
     * Name of the file or table that holds the data.
     */
    technicalName?: string | null;
    /**
     * What that program says of the data set. May be empty.
     */
    technicalDescription?: string | null;
    /**
     * Kind of data, for example parquet or qvd.
     */
    type?: string | null;
    /**
     * Version of the data set's description.
     */
    version?: string | null;
  } | null;
  /**
   * Attributes attached to the catalog item, of any shape. Usually null.
   */
  resourceCustomAttributes?: {
    [k: string]: unknown;
  } | null;
  /**
   * How often the data set was looked at in the last 28 days, and how many apps use it. Empty where nothing is known.
   */
  itemViews?: {
    /**
     * Views in the last 28 days.
     */
    total?: number | null;
    /**
     * Different users who viewed the data set in the last 28 days.
     */
    unique?: number | null;
    /**
     * Slope of the line through the last four weeks' numbers of weekly users: users gained a week; negative where use declines.
     */
    trend?: number | null;
    /**
     * Number of apps that use the data set.
     */
    usedBy?: number | null;
    /**
     * The same numbers week by week.
     */
    week?:
      | ({
          /**
           * When the week began.
           */
          start?: string | null;
          /**
           * Views in the week.
           */
          total?: number | null;
          /**
           * Different users who viewed the data set in the week.
           */
          unique?: number | null;
        } | null)[]
      | null;
  } | null;
  /**
   * Ids of the tags and collections that hold the data set, as far as the credentials may see them; they join to collections.id.
   */
  collectionIds?: (string | null)[] | null;
  /**
   * Collections that hold the data set.
   */
  collections?:
    | ({
        /**
         * Id of the collection.
         */
        id?: string | null;
        /**
         * Name of the collection.
         */
        name?: string | null;
      } | null)[]
    | null;
  /**
   * Tags of the data set.
   */
  tags?:
    | ({
        /**
         * Id of the tag.
         */
        id?: string | null;
        /**
         * Text of the tag.
         */
        name?: string | null;
      } | null)[]
    | null;
  /**
   * Addresses of related resources.
   */
  links?: {
    /**
     * The collections that hold the data set.
     */
    collections?: {
      /**
       * URL of the list of collections in the API.
       */
      href?: string | null;
    } | null;
    /**
     * The data set in the browser. Null where there is no such page.
     */
    open?: {
      /**
       * URL that opens the data set.
       */
      href?: string | null;
    } | null;
    /**
     * The thumbnail picture. Null where there is none.
     */
    thumbnail?: {
      /**
       * URL of the picture.
       */
      href?: string | null;
    } | null;
  } | null;
};
