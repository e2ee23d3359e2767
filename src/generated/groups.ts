/* Generated from schemas/groups.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One group of users: from the identity provider, made in Qlik, or of the system, such as Everyone.
 */
export type Group = {
  /**
   * Id of the group, the key of the stream. users.assignedGroups refers to it.
   */
  id?: string | null;
  /**
   * Id of the tenant that the group belongs to.
   */
  tenantId?: string | null;
  /**
   * Name of the group. A custom group and one from the identity provider may share a name.
   */
  name?: string | null;
  /**
   * What the group is for. Custom groups only; null for others.
   */
  description?: string | null;
  /**
   * State of the group: active or disabled.
   */
  status?: string | null;
  /**
   * Where the group comes from: idp (identity provider) or custom (made in Qlik). Null where the API does not say.
   */
  providerType?: string | null;
  /**
   * Roles that every member gets through the group. Null where the credentials may not read roles.
   */
  assignedRoles?:
    | ({
        /**
         * Id of the role; joins to roles.id.
         */
        id?: string | null;
        /**
         * Name of the role, for example TenantAdmin.
         */
        name?: string | null;
        /**
         * Who defined the role: default (Qlik) or custom (this tenant).
         */
        type?: string | null;
        /**
         * Reach of the role: admin or user.
         */
        level?: string | null;
      } | null)[]
    | null;
  /**
   * Id of the user who created the group; joins to users.id. Null where nobody did, as with groups of the identity provider.
   */
  createdBy?: string | null;
  /**
   * Id of the user who last changed the group; joins to users.id. Null where nobody did.
   */
  updatedBy?: string | null;
  /**
   * When the group was created.
   */
  createdAt?: string | null;
  /**
   * When the group was last changed. A change of its members may leave it as it is.
   */
  lastUpdatedAt?: string | null;
};
