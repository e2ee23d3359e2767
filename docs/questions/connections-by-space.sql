-- Which connections are there, by space?
-- The built-in DataFiles connections, one a space, are left out. In the statement every value that may be a secret reads ***.
SELECT
  CASE
    WHEN connections.space IS NULL THEN '(personal)'
    ELSE coalesce(spaces.name, connections.space)
  END AS space,
  spaces.type AS spaceType,
  connections.qName AS connection,
  coalesce(connections.datasourceID, connections.qType) AS source,
  connections.qConnectStatement AS statement,
  users.name AS creator,
  connections.updated,
  connections.id AS connectionId
FROM connections
LEFT JOIN spaces ON spaces.id = connections.space AND spaces._ab_cdc_deleted_at IS NULL
LEFT JOIN users ON users.id = connections.user AND users._ab_cdc_deleted_at IS NULL
WHERE connections._ab_cdc_deleted_at IS NULL AND connections.qType <> 'qix-datafiles.exe'
ORDER BY space, connection, connectionId;
