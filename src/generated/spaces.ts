/* Generated from schemas/spaces.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One shared, managed or data space. Qlik does not list personal spaces.
 */
export type Space = {
  /**
   * Id of the space, the key of the stream. apps.spaceId and connections.space refer to it.
   */
  id?: string | null;
  /**
   * Id of the tenant that the space belongs to.
   */
  tenantId?: string | null;
  /**
   * Name of the space.
   */
  name?: string | null;
  /**
   * What the space is for. May be empty.
   */
  description?: string | null;
  /**
   * Kind of space: shared, managed or data. Qlik may add others.
   */
  type?: string | null;
  /**
   * Id of the user who owns the space; joins to users.id. Null where it has no owner.
   */
  ownerId?: string | null;
  /**
   * Settings of the space.
   */
  meta?: {
    /**
     * Space roles that members of this kind of space can be given: consumer, contributor, dataconsumer, datapreview, facilitator, operator, producer, publisher, basicconsumer or codeveloper. Qlik may add others.
     */
    assignableRoles?: (string | null)[] | null;
  } | null;
  /**
   * Addresses of related resources in the API.
   */
  links?: {
    /**
     * The members of the space and their roles.
     */
    assignments?: {
      /**
       * URL of the list of members.
       */
      href?: string | null;
    } | null;
  } | null;
  /**
   * Id of the user who created the space; joins to users.id.
   */
  createdBy?: string | null;
  /**
   * When the space was created.
   */
  createdAt?: string | null;
  /**
   * When the space was last changed.
   */
  updatedAt?: string | null;
};
