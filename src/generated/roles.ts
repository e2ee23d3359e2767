/* Generated from schemas/roles.json. Do not edit: change the schema and run `npm run generate`. */

/**
 * One role: a named set of permissions that users get directly or through groups.
 */
export type Role = {
  /**
   * Id of the role, the key of the stream. assignedRoles of users and groups refers to it.
   */
  id?: string | null;
  /**
   * Id of the tenant that the role belongs to. Empty for the default roles, which all tenants share.
   */
  tenantId?: string | null;
  /**
   * Name of the role, for example TenantAdmin.
   */
  name?: string | null;
  /**
   * What the role is for. May be empty.
   */
  description?: string | null;
  /**
   * Who defined the role: default (Qlik) or custom (this tenant).
   */
  type?: string | null;
  /**
   * Reach of the role: admin or user. Null where the API does not say.
   */
  level?: string | null;
  /**
   * Permissions that the role grants, for example automation:list.
   */
  permissions?: (string | null)[] | null;
  /**
   * Scopes that were chosen for a custom role.
   */
  assignedScopes?: (string | null)[] | null;
  /**
   * Whether the tenant may change the role.
   */
  canEdit?: boolean | null;
  /**
   * Whether the tenant may delete the role.
   */
  canDelete?: boolean | null;
  /**
   * With a capacity-based subscription: fullUser where the role turns a basic user into a full user. Null otherwise.
   */
  userEntitlementType?: string | null;
  /**
   * Deprecated by Qlik, see userEntitlementType: whether the role turns a basic user into a full user.
   */
  fullUser?: boolean | null;
  /**
   * Id of the user who created the role; joins to users.id. Null for default roles.
   */
  createdBy?: string | null;
  /**
   * Id of the user who last changed the role; joins to users.id. Null for default roles.
   */
  updatedBy?: string | null;
  /**
   * When the role was created.
   */
  createdAt?: string | null;
  /**
   * When the role was last changed.
   */
  lastUpdatedAt?: string | null;
};
