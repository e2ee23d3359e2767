-- Which users are in no group?
-- The system group Everyone, which all users belong to, does not count. Bots are among them: they sign in for programs and have no
-- email. Deleted users are left out.
SELECT id AS userId, name AS userName, email, subject, status, createdAt
FROM users
WHERE
  _ab_cdc_deleted_at IS NULL
  AND coalesce(status, '') <> 'deleted'
  AND coalesce(json_array_length(assignedGroups), 0) = 0
ORDER BY userName, userId;
