/* Generated from schemas/space_shares.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One share of something in a space: with a user, with a group, or with anyone who has a link.
 */
export type SpaceShare = {
  /**
   * Id of the space; joins to spaces.id. Part of the key.
   */
  spaceId?: string | null;
  /**
   * Type of the space: shared or managed. Null where Qlik does not say.
   */
  spaceType?: string | null;
  /**
   * Id of the share, part of the key.
   */
  id?: string | null;
  /**
   * Id of the tenant that the space belongs to.
   */
  tenantId?: string | null;
  /**
   * With whom it is shared: user, group, or link, which is anonymous access.
   */
  type?: string | null;
  /**
   * Id of the user (users.id) or the group (groups.id) that it is shared with. Null for a link.
   */
  assigneeId?: string | null;
  /**
   * Kind of thing that is shared: app.
   */
  resourceType?: string | null;
  /**
   * Id of the thing that is shared; of an app, joins to apps.id.
   */
  resourceId?: string | null;
  /**
   * Name of the thing that is shared.
   */
  resourceName?: string | null;
  /**
   * What it is shared for: consumer, contributor or basicconsumer. Qlik may add others.
   */
  roles?: (string | null)[] | null;
  /**
   * Whether a link is switched off.
   */
  disabled?: boolean | null;
  /**
   * When the share was made.
   */
  createdAt?: string | null;
  /**
   * Id of the user who made the share; joins to users.id.
   */
  createdBy?: string | null;
  /**
   * When the share was last changed.
   */
  updatedAt?: string | null;
  /**
   * Id of the user who last changed the share; joins to users.id.
   */
  updatedBy?: string | null;
  /**
   * Addresses of related resources in the API.
   */
  links?: {
    /**
     * The space.
     */
    space?: {
      /**
       * URL of the space in the API.
       */
      href?: string | null;
    } | null;
  } | null;
};
