-- Which charts break without the master measure Sales?
-- Put the name of your measure, or its id, in the place of Sales. Takes the streams measures and master_visualizations as well. A chart
-- breaks that has the measure from the library, that names it in an expression, or that shows a master visualization which does
-- so; and as measures may name measures, one that has or names a measure that breaks. Expressions are cut into words as where
-- charts that use a field are asked for; a field that has the name of the measure is taken for it. Dimensions and measures are
-- looked at, also of all that is in a master visualization, and not titles and colours.
WITH RECURSIVE
  wanted AS (SELECT 'Sales' AS measure),
  library AS (
    SELECT appId, id, title, expression FROM measures WHERE _ab_cdc_deleted_at IS NULL
  ),
  masters AS (
    SELECT appId, id, title, dimensions, measures FROM master_visualizations WHERE _ab_cdc_deleted_at IS NULL
  ),
  living AS (
    SELECT appId, sheetId, id, title, type, masterItemId, url, dimensions, measures
    FROM charts
    WHERE _ab_cdc_deleted_at IS NULL
  ),
  drawn AS (
    SELECT 'chart' AS kind, appId, id, dimensions, measures FROM living
    UNION ALL
    SELECT 'master' AS kind, appId, id, dimensions, measures FROM masters
  ),
  drawn_dimensions AS (
    SELECT kind, appId, id, unnest(dimensions::JSON[]) AS dimension FROM drawn
  ),
  drawn_measures AS (
    SELECT kind, appId, id, unnest(measures::JSON[]) AS measure FROM drawn
  ),
  definitions AS (
    SELECT kind, appId, id, unnest((dimension -> 'fieldDefs')::VARCHAR[]) AS definition FROM drawn_dimensions
  ),
  expressions AS (
    SELECT 'measure' AS kind, appId, id, expression FROM library
    UNION
    SELECT kind, appId, id, measure ->> 'expression' AS expression
    FROM drawn_measures
    WHERE (measure ->> 'libraryId') IS NULL
    UNION
    SELECT kind, appId, id, definition AS expression FROM definitions WHERE definition[1] = '='
  ),
  words AS (
    SELECT
      kind,
      appId,
      id,
      expression,
      unnest(
        regexp_extract_all(
          expression,
          '(?s)/\*.*?\*/|//[^\n]*|''(?:[^'']|'''')*''|\$\([^=()]*\)|[\p{L}_@%#$][\p{L}\p{N}_@.%$#]*\s*\(|'
            || '\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|[\p{L}_@%#$][\p{L}\p{N}_@.%$#]*'
        )
      ) AS word
    FROM expressions
  ),
  names AS (
    SELECT
      kind,
      appId,
      id,
      expression,
      CASE word[1]
        WHEN '[' THEN replace(word[2:-2], ']]', ']')
        WHEN '"' THEN replace(word[2:-2], '""', '"')
        ELSE word
      END AS name
    FROM words
  ),
  broken AS (
    SELECT library.appId, library.id, library.title
    FROM library
    JOIN wanted ON wanted.measure IN (library.title, library.id)
    UNION
    SELECT library.appId, library.id, library.title
    FROM broken
    JOIN names ON names.kind = 'measure' AND names.appId = broken.appId AND names.name = broken.title
    JOIN library ON library.appId = names.appId AND library.id = names.id
  ),
  uses AS (
    SELECT drawn_measures.kind, drawn_measures.appId, drawn_measures.id, 'measure' AS usedAs, broken.title AS used
    FROM drawn_measures
    JOIN broken ON broken.appId = drawn_measures.appId AND broken.id = (drawn_measures.measure ->> 'libraryId')
    UNION
    SELECT names.kind, names.appId, names.id, 'expression' AS usedAs, names.expression AS used
    FROM names
    JOIN broken ON broken.appId = names.appId AND broken.title = names.name
  ),
  by_master AS (
    SELECT DISTINCT living.appId, living.id, 'master visualization' AS usedAs, masters.title AS used
    FROM uses
    JOIN masters ON masters.appId = uses.appId AND masters.id = uses.id
    JOIN living ON living.appId = masters.appId AND living.masterItemId = masters.id
    WHERE uses.kind = 'master'
  ),
  broken_charts AS (
    SELECT appId, id, usedAs, used FROM by_master
    UNION ALL
    SELECT DISTINCT appId, id, usedAs, used
    FROM uses
    WHERE kind = 'chart' AND (appId, id) NOT IN (SELECT (appId, id) FROM by_master)
  )
SELECT
  apps.name AS app,
  sheets.title AS sheet,
  living.title AS chart,
  living.type,
  broken_charts.usedAs,
  broken_charts.used,
  broken_charts.appId,
  broken_charts.id AS chartId,
  living.url
FROM broken_charts
JOIN living ON living.appId = broken_charts.appId AND living.id = broken_charts.id
LEFT JOIN apps ON apps.id = living.appId AND apps._ab_cdc_deleted_at IS NULL
LEFT JOIN sheets ON sheets.appId = living.appId AND sheets.id = living.sheetId AND sheets._ab_cdc_deleted_at IS NULL
ORDER BY app, broken_charts.appId, sheet, chart, chartId, usedAs, used;
