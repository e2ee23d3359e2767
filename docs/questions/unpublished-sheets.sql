-- Which sheets has nobody published?
-- They are seen by their owners alone. The connector sees private sheets of others only as an OAuth client with the scope admin.apps;
-- otherwise these are the sheets of the user whose credentials it has.
SELECT
  apps.name AS app,
  sheets.title AS sheet,
  users.name AS owner,
  sheets.modifiedDate,
  sheets.appId,
  sheets.id AS sheetId,
  sheets.url
FROM sheets
LEFT JOIN apps ON apps.id = sheets.appId AND apps._ab_cdc_deleted_at IS NULL
LEFT JOIN users ON users.id = sheets.ownerId AND users._ab_cdc_deleted_at IS NULL
WHERE sheets._ab_cdc_deleted_at IS NULL AND sheets.published = FALSE
ORDER BY app, sheets.appId, sheet, sheetId;
