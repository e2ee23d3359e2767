-- Which apps have no owner any more?
-- An app keeps the id of its owner when that user is deleted. Takes the stream users as well: without it every app is an orphan.
SELECT
  apps.id AS appId,
  apps.name AS app,
  spaces.name AS space,
  apps.ownerId,
  CASE
    WHEN coalesce(apps.ownerId, '') = '' THEN 'no owner'
    WHEN users.id IS NULL THEN 'the owner is no user'
    ELSE 'the owner is a deleted user'
  END AS reason,
  apps.url
FROM apps
LEFT JOIN users ON users.id = apps.ownerId AND users._ab_cdc_deleted_at IS NULL
LEFT JOIN spaces ON spaces.id = apps.spaceId AND spaces._ab_cdc_deleted_at IS NULL
WHERE apps._ab_cdc_deleted_at IS NULL AND (users.id IS NULL OR users.status = 'deleted')
ORDER BY app, appId;
