-- Who can open the app Sales overview, and how?
-- Put the name of your app, or its id, in the place of Sales overview. Takes the streams space_assignments and space_shares as well.
-- A row is one way for one user: a personal app is their own; they own the app's space, or have a role in it; the app is shared
-- with them; or they are tenant or analytics admins, who open what is in shared spaces, though not what is in managed ones. Where
-- a group is named, the way is open to all in it. The roles publisher, dataconsumer and datapreview open no apps. An anonymous
-- link is a row without a user: whoever has it needs no more. Users and groups that are disabled or deleted are left out. What users
-- have shared from personal spaces is not read, and section access may keep from them what they open. Where the connector may not
-- read who has access to a space, as a warning of the sync says, nobody in it is found but its owner and admins.
WITH
  wanted AS (SELECT 'Sales overview' AS app),
  asked AS (
    SELECT
      apps.id AS appId,
      apps.name AS app,
      apps.ownerId,
      apps.spaceId,
      spaces.name AS space,
      spaces.type AS spaceType,
      spaces.ownerId AS spaceOwnerId
    FROM apps
    JOIN wanted ON wanted.app IN (apps.name, apps.id)
    LEFT JOIN spaces ON spaces.id = apps.spaceId AND spaces._ab_cdc_deleted_at IS NULL
    WHERE apps._ab_cdc_deleted_at IS NULL
  ),
  people AS (
    SELECT id, name, email, assignedRoles, assignedGroups
    FROM users
    WHERE _ab_cdc_deleted_at IS NULL AND coalesce(status, '') NOT IN ('disabled', 'deleted')
  ),
  -- All users belong to the system group Everyone, which their own rows do not name.
  memberships_of_all AS (
    SELECT id AS userId, unnest(assignedGroups::JSON[]) AS membership
    FROM people
    UNION ALL
    SELECT people.id AS userId, json_object('id', groups.id) AS membership
    FROM people
    CROSS JOIN groups
    WHERE groups._ab_cdc_deleted_at IS NULL AND groups.name = 'com.qlik.Everyone'
  ),
  disabled AS (
    SELECT id FROM groups WHERE _ab_cdc_deleted_at IS NULL AND status IN ('disabled', 'deleted')
  ),
  memberships AS (
    SELECT userId, membership
    FROM memberships_of_all
    WHERE (membership ->> 'id') NOT IN (SELECT id FROM disabled)
  ),
  -- A membership need not name the roles of its group.
  tenant_roles AS (
    SELECT id AS userId, NULL AS groupId, unnest(assignedRoles::JSON[]) ->> 'name' AS role
    FROM people
    UNION
    SELECT userId, membership ->> 'id' AS groupId, unnest((membership -> 'assignedRoles')::JSON[]) ->> 'name' AS role
    FROM memberships
    UNION
    SELECT userId, groups.id AS groupId, unnest(groups.assignedRoles::JSON[]) ->> 'name' AS role
    FROM memberships
    JOIN groups ON groups.id = (membership ->> 'id') AND groups._ab_cdc_deleted_at IS NULL
  ),
  space_roles AS (
    SELECT spaceId, type, assigneeId, unnest(roles::VARCHAR[]) AS role
    FROM space_assignments
    WHERE _ab_cdc_deleted_at IS NULL
  ),
  -- What opens the app, and to whom it is given.
  keys AS (
    SELECT appId, 'personal app' AS via, 'owner' AS role, 'user' AS type, ownerId AS assigneeId
    FROM asked
    WHERE coalesce(spaceId, '') = ''
    UNION
    SELECT appId, 'space role' AS via, 'owner' AS role, 'user' AS type, spaceOwnerId AS assigneeId
    FROM asked
    WHERE spaceOwnerId IS NOT NULL
    UNION
    SELECT asked.appId, 'space role' AS via, space_roles.role, space_roles.type, space_roles.assigneeId
    FROM asked
    JOIN space_roles ON space_roles.spaceId = asked.spaceId
    WHERE
      space_roles.role IN
        ('facilitator', 'producer', 'codeveloper', 'contributor', 'consumer', 'basicconsumer', 'operator')
    UNION
    SELECT
      asked.appId,
      CASE WHEN shares.type = 'link' THEN 'anonymous link' ELSE 'share' END AS via,
      array_to_string(shares.roles::VARCHAR[], ', ') AS role,
      shares.type,
      shares.assigneeId
    FROM asked
    JOIN space_shares AS shares ON shares.resourceId = asked.appId AND shares._ab_cdc_deleted_at IS NULL
    WHERE coalesce(shares.disabled, FALSE) = FALSE
  ),
  ways AS (
    SELECT appId, via, role, NULL AS groupId, assigneeId AS userId
    FROM keys
    WHERE type <> 'group'
    UNION
    SELECT keys.appId, keys.via, keys.role, keys.assigneeId AS groupId, memberships.userId
    FROM keys
    JOIN memberships ON (memberships.membership ->> 'id') = keys.assigneeId
    WHERE keys.type = 'group'
    UNION
    SELECT asked.appId, 'tenant role' AS via, tenant_roles.role, tenant_roles.groupId, tenant_roles.userId
    FROM asked
    CROSS JOIN tenant_roles
    WHERE asked.spaceType = 'shared' AND tenant_roles.role IN ('TenantAdmin', 'AnalyticsAdmin')
  )
SELECT
  asked.app,
  asked.space,
  coalesce(people.name, '(whoever has the link)') AS userName,
  people.email,
  ways.via,
  ways.role,
  groups.name AS groupName,
  ways.appId,
  people.id AS userId,
  ways.groupId
FROM ways
JOIN asked ON asked.appId = ways.appId
LEFT JOIN people ON people.id = ways.userId
LEFT JOIN groups ON groups.id = ways.groupId AND groups._ab_cdc_deleted_at IS NULL
WHERE people.id IS NOT NULL OR ways.via = 'anonymous link'
ORDER BY asked.app, ways.appId, userName, userId, ways.via, ways.role, groupName, ways.groupId;
