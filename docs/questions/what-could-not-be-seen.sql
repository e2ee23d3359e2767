-- What could the connector not see?
-- Apps that were not opened in the latest sync though they are to be read, why, and what to do about it. What the tables hold of them
-- is as old as lastReadAt, or of no known age. A list that was refused as a whole is not told here, but by the log of the sync.
-- Takes the stream app_coverage as well.
SELECT
  app_coverage.appId,
  app_coverage.name AS app,
  spaces.name AS space,
  app_coverage.status,
  app_coverage.reasonCode,
  app_coverage.message,
  app_coverage.remedy,
  app_coverage.lastReadAt
FROM app_coverage
LEFT JOIN spaces ON spaces.id = app_coverage.spaceId AND spaces._ab_cdc_deleted_at IS NULL
WHERE app_coverage._ab_cdc_deleted_at IS NULL AND app_coverage.status NOT IN ('read', 'unchanged')
ORDER BY app_coverage.status, app, app_coverage.appId;
