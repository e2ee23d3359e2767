-- Who can do what?
-- A row is something that a user may do, and how the user came by it: a role of their own, a role of one of their groups, a role
-- that everyone has, or a scope given to them alone. Permissions and scopes are Qlik's names. Roles inside of spaces are not among
-- them. Users who are disabled or deleted are left out.
WITH
  people AS (
    SELECT id, name, email, assignedRoles, assignedGroups, assignedScopes
    FROM users
    WHERE _ab_cdc_deleted_at IS NULL AND coalesce(status, '') NOT IN ('disabled', 'deleted')
  ),
  own_roles AS (
    SELECT id AS userId, unnest(assignedRoles::JSON[]) ->> 'id' AS roleId, 'own role' AS via
    FROM people
  ),
  memberships AS (
    SELECT id AS userId, unnest(assignedGroups::JSON[]) AS membership
    FROM people
  ),
  -- A membership need not name the roles of its group.
  group_roles AS (
    SELECT
      userId,
      unnest((membership -> 'assignedRoles')::JSON[]) ->> 'id' AS roleId,
      'group ' || (membership ->> 'name') AS via
    FROM memberships
    UNION
    SELECT
      userId,
      unnest(groups.assignedRoles::JSON[]) ->> 'id' AS roleId,
      'group ' || groups.name AS via
    FROM memberships
    JOIN groups ON groups.id = (membership ->> 'id') AND groups._ab_cdc_deleted_at IS NULL
  ),
  -- All users belong to the system group Everyone, which their own rows do not name.
  everyones_roles AS (
    SELECT people.id AS userId, unnest(groups.assignedRoles::JSON[]) ->> 'id' AS roleId, 'everyone' AS via
    FROM people
    CROSS JOIN groups
    WHERE groups._ab_cdc_deleted_at IS NULL AND groups.name = 'com.qlik.Everyone'
  ),
  held_roles AS (
    SELECT userId, roleId, via FROM own_roles
    UNION ALL
    SELECT userId, roleId, via FROM group_roles
    UNION ALL
    SELECT userId, roleId, via FROM everyones_roles
  ),
  role_permissions AS (
    SELECT id AS roleId, name AS role, unnest(permissions::VARCHAR[]) AS permission
    FROM roles
    WHERE _ab_cdc_deleted_at IS NULL
    UNION
    SELECT id AS roleId, name AS role, unnest(assignedScopes::VARCHAR[]) AS permission
    FROM roles
    WHERE _ab_cdc_deleted_at IS NULL
  ),
  may AS (
    SELECT userId, permission, via, role
    FROM held_roles
    JOIN role_permissions USING (roleId)
    UNION ALL
    SELECT id AS userId, unnest(assignedScopes::VARCHAR[]) AS permission, 'own scope' AS via, NULL AS role
    FROM people
  )
SELECT DISTINCT people.id AS userId, people.name AS userName, people.email, may.permission, may.via, may.role
FROM may
JOIN people ON people.id = may.userId
ORDER BY userName, userId, permission, via, role;
