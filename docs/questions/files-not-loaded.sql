-- Which data files does no app seem to load?
-- Takes the streams data_files, datasets and app_tables as well. No load script is read, so this says where to look and proves
-- nothing. A file counts as loaded where an app has a table that is named after it, as tables are unless the script names them
-- (one whose name is taken gets a number: Orders-1), or where Qlik says of its data set that apps use it. A file is listed
-- although it is loaded if a script names its table otherwise, joins it to another or drops it, or if the app could not be read.
-- It is not listed although nobody loads it if a table has its name by chance, or in the app that stores it. Files that live
-- in an app are left out.
WITH
  files AS (
    SELECT
      id,
      name,
      coalesce(baseName, regexp_replace(name, '^.*/', '')) AS baseName,
      regexp_replace(coalesce(baseName, regexp_replace(name, '^.*/', '')), '\.[^.]*$', '') AS tableName,
      qri,
      spaceId,
      ownerId,
      size,
      coalesce(contentUpdatedDate, modifiedDate) AS updated
    FROM data_files
    WHERE _ab_cdc_deleted_at IS NULL AND coalesce(folder, FALSE) = FALSE AND coalesce(appId, '') = ''
  ),
  loaded AS (
    SELECT name FROM app_tables WHERE _ab_cdc_deleted_at IS NULL
    UNION
    SELECT regexp_replace(name, '-\d+$', '') AS name FROM app_tables WHERE _ab_cdc_deleted_at IS NULL
  ),
  used AS (
    SELECT
      spaceId,
      resourceAttributes ->> 'technicalName' AS technicalName,
      unnest([resourceAttributes ->> 'qri', resourceAttributes ->> 'secureQri']) AS qri
    FROM datasets
    WHERE _ab_cdc_deleted_at IS NULL AND (itemViews ->> 'usedBy')::BIGINT > 0
  )
SELECT
  files.name AS file,
  spaces.name AS space,
  users.name AS owner,
  files.size,
  files.updated,
  files.id AS fileId
FROM files
LEFT JOIN spaces ON spaces.id = files.spaceId AND spaces._ab_cdc_deleted_at IS NULL
LEFT JOIN users ON users.id = files.ownerId AND users._ab_cdc_deleted_at IS NULL
WHERE
  NOT EXISTS (SELECT 1 FROM loaded WHERE loaded.name IN (files.tableName, files.baseName))
  AND NOT EXISTS (SELECT 1 FROM used WHERE used.qri = files.qri)
  AND NOT EXISTS (
    SELECT 1
    FROM used
    WHERE used.technicalName IN (files.name, files.baseName) AND used.spaceId IS NOT DISTINCT FROM files.spaceId
  )
ORDER BY space NULLS FIRST, file, fileId;
