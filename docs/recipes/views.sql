-- Puts the tables of connections that each read a part of the apps together, as views in the schema :schema:
--
--   psql -v schemas=qlik_a,qlik_b,qlik_rest -v schema=qlik -f views.sql
--
-- Columns go by their names, since tables that were made by images of several versions have them in several orders. One is shown
-- as soon as all of the tables have it and the views are made anew.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"schema";
WITH
  parts AS (SELECT unnest(string_to_array(:'schemas', ',')) AS part),
  shared AS (
    SELECT table_name AS name, column_name, min(ordinal_position) AS position
    FROM information_schema.columns
    JOIN parts ON part = table_schema
    WHERE table_name <> 'sync_state'
    GROUP BY table_name, column_name
    HAVING count(*) = (SELECT count(*) FROM parts)
  ),
  tables AS (
    SELECT
      name,
      string_agg(quote_ident(column_name), ', ' ORDER BY position) AS columns,
      -- Each connection names the apps of the others as well.
      CASE name WHEN 'app_coverage' THEN 'status <> ''not_admitted''' ELSE 'true' END AS condition
    FROM shared
    GROUP BY name
  )
SELECT
  format('DROP VIEW IF EXISTS %I.%I', :'schema', name),
  format('CREATE VIEW %I.%I AS ', :'schema', name)
    || string_agg(format('SELECT %s FROM %I.%I WHERE %s', columns, part, name, condition), ' UNION ALL ' ORDER BY part)
FROM tables, parts
GROUP BY name
\gexec
COMMIT;
