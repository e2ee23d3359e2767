-- What has changed since yesterday?
-- What the connector saw for the first time in the last 24 hours: new rows, rows that differ from before, and rows that are gone.
-- On the first day that is everything. Rows of app_coverage tell of the reading alone: that an app was read again is such a change.
-- Asked of the suggested streams and app_coverage; others are added alike.
WITH
  wanted AS (
    SELECT current_timestamp AT TIME ZONE 'UTC' - INTERVAL 1 DAY AS since
  ),
  everything AS (
    SELECT 'users' AS stream, NULL AS appId, id, name, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM users
    UNION ALL
    SELECT 'groups', NULL, id, name, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM groups
    UNION ALL
    SELECT 'roles', NULL, id, name, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM roles
    UNION ALL
    SELECT 'spaces', NULL, id, name, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM spaces
    UNION ALL
    SELECT 'apps', id, id, name, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM apps
    UNION ALL
    SELECT 'sheets', appId, id, title, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM sheets
    UNION ALL
    SELECT 'charts', appId, id, title, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM charts
    UNION ALL
    SELECT 'connections', NULL, id, qName, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM connections
    UNION ALL
    SELECT 'app_coverage', appId, appId, name, _ab_cdc_updated_at, _ab_cdc_deleted_at FROM app_coverage
  )
SELECT
  stream,
  CASE WHEN _ab_cdc_deleted_at IS NULL THEN 'new or changed' ELSE 'deleted' END AS change,
  name,
  appId,
  id,
  _ab_cdc_updated_at AS seenAt
FROM everything
CROSS JOIN wanted
WHERE _ab_cdc_updated_at >= since
ORDER BY stream, change, appId, id;
