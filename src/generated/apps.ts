/* Generated from schemas/apps.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One app, in a space or personal. The columns are those of its item in the tenant's catalog and of the attributes in that item.
 */
export type App = {
  /**
   * Id of the app (resourceId of its catalog item), the key of the stream. appId in other streams refers to it.
   */
  id?: string | null;
  /**
   * Id of the catalog item that stands for the app. Collections and tags refer to it.
   */
  itemId?: string | null;
  /**
   * Name of the app.
   */
  name?: string | null;
  /**
   * What the app is for. Empty or null where nobody wrote anything.
   */
  description?: string | null;
  /**
   * Id of the tenant that the app belongs to.
   */
  tenantId?: string | null;
  /**
   * Id of the space that holds the app; joins to spaces.id. Null for apps in a user's personal space.
   */
  spaceId?: string | null;
  /**
   * Id of the user who owns the app; joins to users.id.
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
   * Kind of catalog item: always app in this stream.
   */
  resourceType?: string | null;
  /**
   * Variant of the app, for example chart-monitoring. Empty or null for ordinary apps.
   */
  resourceSubType?: string | null;
  /**
   * URL of the resource where it lives outside Qlik. Null for apps.
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
   * When the catalog item was last changed, to the second. Every reload of the app moves it.
   */
  updatedAt?: string | null;
  /**
   * When the app itself was created, to the second.
   */
  resourceCreatedAt?: string | null;
  /**
   * When the app itself was last changed, to the second.
   */
  resourceUpdatedAt?: string | null;
  /**
   * When the last reload ended, to the second. Null for an app that was never reloaded.
   */
  resourceReloadEndTime?: string | null;
  /**
   * Outcome of the last reload: ok where it succeeded, empty for an app that was never reloaded. Qlik does not list the other values.
   */
  resourceReloadStatus?: string | null;
  /**
   * How large the app is.
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
   * The app's own attributes, as the analytics engine keeps them. Times are to the millisecond.
   */
  resourceAttributes?: {
    /**
     * Kind of resource that the attributes describe: app.
     */
    _resourcetype?: string | null;
    /**
     * Id of the app, the same as the column id.
     */
    id?: string | null;
    /**
     * Name of the app.
     */
    name?: string | null;
    /**
     * What the app is for. May be empty.
     */
    description?: string | null;
    /**
     * Deprecated by Qlik, see ownerId: subject of the owner at the identity provider.
     */
    owner?: string | null;
    /**
     * Id of the user who owns the app; joins to users.id.
     */
    ownerId?: string | null;
    /**
     * Id of the space that holds the app. Empty in a personal space.
     */
    spaceId?: string | null;
    /**
     * For a published copy, the id of the app it was published from. Empty for others.
     */
    originAppId?: string | null;
    /**
     * Whether the app was distributed from a client-managed Qlik Sense. It does not say whether the app is published in Qlik Cloud: see publishTime.
     */
    published?: boolean | null;
    /**
     * When the app was published. Null for an app that is not published.
     */
    publishTime?: string | null;
    /**
     * When the app was created.
     */
    createdDate?: string | null;
    /**
     * When the app was last changed. Every reload moves it.
     */
    modifiedDate?: string | null;
    /**
     * When the app was last reloaded. Null for an app that was never reloaded.
     */
    lastReloadTime?: string | null;
    /**
     * Whether section access in the app limits which rows a user sees.
     */
    hasSectionAccess?: boolean | null;
    /**
     * Whether the app queries its database live instead of loading the data.
     */
    isDirectQueryMode?: boolean | null;
    /**
     * Whether the app is encrypted. Null where the catalog does not say.
     */
    encrypted?: boolean | null;
    /**
     * What the app is for: ANALYTICS, DATA_PREPARATION, DATAFLOW_PREP, SINGLE_TABLE_PREP or DIRECT_QUERY_MODE. Qlik may add others.
     */
    usage?: string | null;
    /**
     * Address of the thumbnail picture. Empty where there is none.
     */
    thumbnail?: string | null;
    /**
     * Colour setting of the app tile. Empty where there is none.
     */
    dynamicColor?: string | null;
    /**
     * Attributes that other programs attached to the app, of any shape. Null where there are none.
     */
    custom?: {
      [k: string]: unknown;
    } | null;
  } | null;
  /**
   * Attributes attached to the catalog item, of any shape. Usually null.
   */
  resourceCustomAttributes?: {
    [k: string]: unknown;
  } | null;
  /**
   * How often the app was opened in the last 28 days. Empty where nobody opened it.
   */
  itemViews?: {
    /**
     * Views in the last 28 days.
     */
    total?: number | null;
    /**
     * Different users who viewed the app in the last 28 days.
     */
    unique?: number | null;
    /**
     * Slope of the line through the last four weeks' numbers of weekly users: users gained a week; negative where use declines.
     */
    trend?: number | null;
    /**
     * For data sets: the number of apps that use them. Null for apps.
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
           * Different users who viewed the app in the week.
           */
          unique?: number | null;
        } | null)[]
      | null;
  } | null;
  /**
   * Ids of the collections that hold the app, as far as the credentials may see them.
   */
  collectionIds?: (string | null)[] | null;
  /**
   * Collections that hold the app.
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
   * Tags of the app.
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
     * The collections that hold the app.
     */
    collections?: {
      /**
       * URL of the list of collections in the API.
       */
      href?: string | null;
    } | null;
    /**
     * The app in the browser.
     */
    open?: {
      /**
       * URL that opens the app.
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
    /**
     * The plug-in that opens QlikView documents. Null for Qlik Sense apps.
     */
    qvPlugin?: {
      /**
       * URL of the plug-in.
       */
      href?: string | null;
    } | null;
  } | null;
  /**
   * Address that opens the app in a browser, as Qlik tells it: https://example.eu.qlikcloud.com/sense/app/{id}, or /dataflow/{id}/overview for a data flow.
   */
  url?: string | null;
};
