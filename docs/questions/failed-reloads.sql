-- Which apps failed at their latest reload?
-- The latest reload that has ended, of apps that are there: it failed, or exceeded a limit of the tenant. One that is under way has
-- not ended, one that was cancelled has. lastReloadTime is how old the data is that the app still shows. Takes the stream reloads
-- as well; how far back Qlik remembers reloads is Qlik's to say.
WITH
  ended AS (
    SELECT
      *,
      row_number() OVER (PARTITION BY appId ORDER BY coalesce(endTime, creationTime) DESC, creationTime DESC, id DESC) AS place
    FROM reloads
    WHERE _ab_cdc_deleted_at IS NULL AND status IN ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXCEEDED_LIMIT')
  )
SELECT
  apps.name AS app,
  spaces.name AS space,
  users.name AS owner,
  ended.status,
  ended.errorCode,
  ended.errorMessage,
  ended.type AS startedBy,
  ended.endTime,
  (apps.resourceAttributes ->> 'lastReloadTime')::TIMESTAMP AS lastReloadTime,
  ended.appId,
  ended.id AS reloadId,
  apps.url
FROM ended
JOIN apps ON apps.id = ended.appId AND apps._ab_cdc_deleted_at IS NULL
LEFT JOIN spaces ON spaces.id = apps.spaceId AND spaces._ab_cdc_deleted_at IS NULL
LEFT JOIN users ON users.id = apps.ownerId AND users._ab_cdc_deleted_at IS NULL
WHERE ended.place = 1 AND ended.status IN ('FAILED', 'EXCEEDED_LIMIT')
ORDER BY ended.endTime DESC, app, ended.appId;
