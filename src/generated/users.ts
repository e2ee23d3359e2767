/* Generated from schemas/users.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One person or bot with an account in the tenant.
 */
export type User = {
  /**
   * Id of the user, the key of the stream. ownerId, createdBy and the like in other streams refer to it.
   */
  id?: string | null;
  /**
   * Id of the tenant that the user belongs to.
   */
  tenantId?: string | null;
  /**
   * Identifier that the identity provider gives the user, for example auth0|5f2c. For bots it is derived from the OAuth client.
   */
  subject?: string | null;
  /**
   * Display name of the user.
   */
  name?: string | null;
  /**
   * Email address. Null for bots and where the identity provider sends none.
   */
  email?: string | null;
  /**
   * State of the account: active, invited (has not signed in yet), disabled, deleted or provisioned (created ahead of the first sign-in). Qlik may add others.
   */
  status?: string | null;
  /**
   * URL of the avatar picture. Null where none is set.
   */
  picture?: string | null;
  /**
   * Language tag that the identity provider reports, for example en-US.
   */
  locale?: string | null;
  /**
   * Time zone that the identity provider reports, for example Europe/Stockholm.
   */
  zoneinfo?: string | null;
  /**
   * Language tag that the user chose in Qlik. Null where nothing was chosen.
   */
  preferredLocale?: string | null;
  /**
   * Time zone that the user chose in Qlik. Null where nothing was chosen.
   */
  preferredZoneinfo?: string | null;
  /**
   * When the invitation of an invited user ends, in seconds since 1970 (Unix time). Null where there is no invitation.
   */
  inviteExpiry?: number | null;
  /**
   * Roles given to the user directly; those that come through groups are in assignedGroups. Null where the credentials may not read roles.
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
   * Groups that the user is a member of, the system group Everyone apart.
   */
  assignedGroups?:
    | ({
        /**
         * Id of the group; joins to groups.id.
         */
        id?: string | null;
        /**
         * Name of the group.
         */
        name?: string | null;
        /**
         * Where the group comes from: idp (identity provider) or custom (made in Qlik).
         */
        providerType?: string | null;
        /**
         * Roles that the user has through this group. Null where the credentials may not read roles.
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
      } | null)[]
    | null;
  /**
   * Scopes (single permissions) given to the user directly.
   */
  assignedScopes?: (string | null)[] | null;
  /**
   * When the user record was created.
   */
  createdAt?: string | null;
  /**
   * When the user record was last changed.
   */
  lastUpdatedAt?: string | null;
};
