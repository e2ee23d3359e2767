-- What was deleted?
-- Tombstones of the suggested streams and app_coverage (others are added alike): the key of a row that is gone, and when the connector
-- found it gone.
-- What the settings or the credentials no longer admit is gone too. A row that came back is no tombstone any more.
WITH tombstones AS (
  SELECT 'users' AS stream, NULL AS appId, id, _ab_cdc_deleted_at AS deletedAt FROM users
  UNION ALL
  SELECT 'groups', NULL, id, _ab_cdc_deleted_at FROM groups
  UNION ALL
  SELECT 'roles', NULL, id, _ab_cdc_deleted_at FROM roles
  UNION ALL
  SELECT 'spaces', NULL, id, _ab_cdc_deleted_at FROM spaces
  UNION ALL
  SELECT 'apps', id, id, _ab_cdc_deleted_at FROM apps
  UNION ALL
  SELECT 'sheets', appId, id, _ab_cdc_deleted_at FROM sheets
  UNION ALL
  SELECT 'charts', appId, id, _ab_cdc_deleted_at FROM charts
  UNION ALL
  SELECT 'connections', NULL, id, _ab_cdc_deleted_at FROM connections
  UNION ALL
  SELECT 'app_coverage', appId, appId, _ab_cdc_deleted_at FROM app_coverage
)
SELECT stream, appId, id, deletedAt
FROM tombstones
WHERE deletedAt IS NOT NULL
ORDER BY stream, appId, id;
