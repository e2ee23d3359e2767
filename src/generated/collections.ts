/* Generated from schemas/collections.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One tag, or one collection that all users of the tenant can see. Apps and data sets name theirs in collectionIds.
 */
export type Collection = {
  /**
   * Id of the collection, the key of the stream. collectionIds of apps and data sets refer to it.
   */
  id?: string | null;
  /**
   * Id of the tenant that the collection belongs to.
   */
  tenantId?: string | null;
  /**
   * Name of the collection, or text of the tag.
   */
  name?: string | null;
  /**
   * What the collection is for. Null or empty where nobody wrote anything.
   */
  description?: string | null;
  /**
   * public for a tag, publicgoverned for a collection that all users see. Private collections are their owner's own, and not read.
   */
  type?: string | null;
  /**
   * Id of the user who created the collection; joins to users.id. Null where no user did.
   */
  creatorId?: string | null;
  /**
   * Id of the user who last changed the collection; joins to users.id. Null where no user did.
   */
  updaterId?: string | null;
  /**
   * Whether the collection holds as many items as it can.
   */
  full?: boolean | null;
  /**
   * When the collection was created.
   */
  createdAt?: string | null;
  /**
   * When the collection was last changed.
   */
  updatedAt?: string | null;
  /**
   * Addresses of related resources in the API.
   */
  links?: {
    /**
     * The items in the collection.
     */
    items?: {
      /**
       * URL of the list of items in the API.
       */
      href?: string | null;
    } | null;
  } | null;
};
