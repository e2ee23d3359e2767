-- Which charts use the field Region?
-- Put the name of your field, as the apps spell it, in the place of Region. A dimension names a field plainly, in brackets,
-- or in an expression, which begins with an equals sign. The expressions are cut into comments, texts, variables, functions, names
-- in brackets or double quotes, and words, and the field is looked for among the last two: [Region Code], 'Region', $(Region) and
-- Region( are not the field. What a variable holds is not found, nor what is computed in a search, as in {"$(=Max(Region))"};
-- and a search in double quotes, as in {"Region"}, is taken for the field.
WITH
  wanted AS (SELECT 'Region' AS field),
  spellings AS (
    SELECT
      field,
      [field, '[' || replace(field, ']', ']]') || ']', '"' || replace(field, '"', '""') || '"'] AS names
    FROM wanted
  ),
  living AS (
    SELECT appId, sheetId, id, title, type, url, dimensions, measures
    FROM charts
    WHERE _ab_cdc_deleted_at IS NULL
  ),
  chart_dimensions AS (
    SELECT appId, id, unnest(dimensions::JSON[]) AS dimension FROM living
  ),
  definitions AS (
    SELECT appId, id, 'dimension' AS usedAs, unnest((dimension -> 'fieldDefs')::VARCHAR[]) AS definition
    FROM chart_dimensions
    UNION
    SELECT appId, id, 'measure' AS usedAs, unnest(measures::JSON[]) ->> 'expression' AS definition
    FROM living
  ),
  uses AS (
    SELECT appId, id, usedAs, definition
    FROM definitions
    CROSS JOIN spellings
    WHERE
      (usedAs = 'dimension' AND definition = field)
      OR (
        (usedAs = 'measure' OR definition[1] IN ('=', '[', '"'))
        AND list_has_any(
          regexp_extract_all(
            definition,
            '(?s)/\*.*?\*/|//[^\n]*|''(?:[^'']|'''')*''|\$\([^=()]*\)|[\p{L}_@%#$][\p{L}\p{N}_@.%$#]*\s*\(|'
              || '\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|[\p{L}_@%#$][\p{L}\p{N}_@.%$#]*'
          ),
          names
        )
      )
  )
SELECT
  apps.name AS app,
  sheets.title AS sheet,
  living.title AS chart,
  living.type,
  uses.usedAs,
  uses.definition,
  uses.appId,
  uses.id AS chartId,
  living.url
FROM uses
JOIN living ON living.appId = uses.appId AND living.id = uses.id
LEFT JOIN apps ON apps.id = uses.appId AND apps._ab_cdc_deleted_at IS NULL
LEFT JOIN sheets ON sheets.appId = uses.appId AND sheets.id = living.sheetId AND sheets._ab_cdc_deleted_at IS NULL
ORDER BY app, uses.appId, sheet, chart, chartId, usedAs, definition;
