/* Generated from schemas/space_assignments.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One user, group or bot with roles in a space. The owner of a space has all roles in it, and no row: see spaces.ownerId.
 */
export type SpaceAssignment = {
  /**
   * Id of the space; joins to spaces.id. Part of the key.
   */
  spaceId?: string | null;
  /**
   * Id of the assignment, part of the key.
   */
  id?: string | null;
  /**
   * Id of the tenant that the space belongs to.
   */
  tenantId?: string | null;
  /**
   * Who has the roles: user, group or bot.
   */
  type?: string | null;
  /**
   * Id of the user or bot (users.id), or of the group (groups.id), that has the roles.
   */
  assigneeId?: string | null;
  /**
   * Roles in the space: consumer, contributor, dataconsumer, datapreview, facilitator, operator, producer, publisher, basicconsumer or codeveloper. Qlik may add others.
   */
  roles?: (string | null)[] | null;
  /**
   * When the assignment was made.
   */
  createdAt?: string | null;
  /**
   * Id of the user who made the assignment; joins to users.id.
   */
  createdBy?: string | null;
  /**
   * When the assignment was last changed.
   */
  updatedAt?: string | null;
  /**
   * Id of the user who last changed the assignment; joins to users.id.
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
