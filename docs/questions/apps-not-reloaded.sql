-- Which apps have not been reloaded for 90 days?
-- lastReloadTime is how old the data is. resourceReloadStatus and resourceReloadEndTime are of the latest attempt, which may have
-- failed. Apps that were never reloaded count from the day they were made; apps in Direct Query mode hold no data and are left out.
WITH wanted AS (
  SELECT current_timestamp AT TIME ZONE 'UTC' - INTERVAL 90 DAY AS since
),
reloads AS (
  SELECT
    id,
    name,
    spaceId,
    ownerId,
    url,
    (resourceAttributes ->> 'lastReloadTime')::TIMESTAMP AS lastReloadTime,
    resourceReloadStatus AS latestStatus,
    resourceReloadEndTime AS latestAttempt,
    coalesce(resourceCreatedAt, createdAt) AS made
  FROM apps
  WHERE _ab_cdc_deleted_at IS NULL AND coalesce(resourceAttributes ->> 'isDirectQueryMode', 'false') <> 'true'
)
SELECT
  reloads.id AS appId,
  reloads.name AS app,
  spaces.name AS space,
  users.name AS owner,
  reloads.lastReloadTime,
  reloads.latestStatus,
  reloads.latestAttempt,
  reloads.url
FROM reloads
CROSS JOIN wanted
LEFT JOIN spaces ON spaces.id = reloads.spaceId AND spaces._ab_cdc_deleted_at IS NULL
LEFT JOIN users ON users.id = reloads.ownerId AND users._ab_cdc_deleted_at IS NULL
WHERE coalesce(reloads.lastReloadTime, reloads.made) < wanted.since
ORDER BY reloads.lastReloadTime NULLS FIRST, app, appId;
