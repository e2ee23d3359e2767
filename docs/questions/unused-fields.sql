-- Which fields does no chart, sheet or master item use?
-- Takes the streams app_coverage, app_fields, dimensions, measures and master_visualizations as well. Fields are looked for in
-- dimensions, measures and all other expressions of charts, in what buttons select, and in the conditions of sheets where Qlik lists
-- them; expressions are cut into words as where charts that use a field are asked for. A field that is listed may still be used where
-- nobody looks: by variables, which this question leaves out, bookmarks and stories, and on private sheets of others. Keys join
-- tables, named or not. System fields are left out, and so are apps that could not be opened in the latest sync; the fields of an app
-- whose data model is refused (a warning of the sync names it) are as old as the last answer.
WITH
  readable AS (
    SELECT appId FROM app_coverage WHERE _ab_cdc_deleted_at IS NULL AND status IN ('read', 'unchanged')
  ),
  drawn AS (
    SELECT
      appId, dimensions, measures, alternativeDimensions, alternativeMeasures, actions, expressions,
      [titleExpression, subtitleExpression, footnoteExpression, showCondition, calculationCondition] AS texts
    FROM charts
    WHERE _ab_cdc_deleted_at IS NULL
    UNION ALL
    SELECT
      appId, dimensions, measures, alternativeDimensions, alternativeMeasures, actions, expressions,
      [titleExpression, subtitleExpression, footnoteExpression, showCondition, calculationCondition] AS texts
    FROM master_visualizations
    WHERE _ab_cdc_deleted_at IS NULL
  ),
  drawn_dimensions AS (
    SELECT appId, unnest(dimensions::JSON[]) AS dimension FROM drawn
    UNION ALL
    SELECT appId, unnest(alternativeDimensions::JSON[]) AS dimension FROM drawn
  ),
  drawn_measures AS (
    SELECT appId, unnest(measures::JSON[]) AS measure FROM drawn
    UNION ALL
    SELECT appId, unnest(alternativeMeasures::JSON[]) AS measure FROM drawn
  ),
  drawn_actions AS (
    SELECT appId, unnest(actions::JSON[]) AS action FROM drawn
  ),
  labels AS (
    SELECT appId, dimension ->> 'label' AS label FROM drawn_dimensions
    UNION
    SELECT appId, measure ->> 'label' AS label FROM drawn_measures
  ),
  targets AS (
    SELECT appId, unnest(json_extract_string(action, ['$.label', '$.sheet', '$.variable', '$.value', '$.bookmark', '$.url'])) AS target
    FROM drawn_actions
  ),
  definitions AS (
    SELECT appId, unnest((dimension -> 'fieldDefs')::VARCHAR[]) AS definition FROM drawn_dimensions
    UNION
    SELECT appId, unnest(fieldDefs::VARCHAR[]) AS definition FROM dimensions WHERE _ab_cdc_deleted_at IS NULL
  ),
  expressions AS (
    SELECT appId, definition AS expression FROM definitions WHERE definition[1] IN ('=', '[', '"')
    UNION
    SELECT appId, dimension ->> 'labelExpression' AS expression FROM drawn_dimensions
    UNION
    SELECT appId, unnest([measure ->> 'expression', measure ->> 'labelExpression']) AS expression FROM drawn_measures
    UNION
    SELECT appId, label AS expression FROM labels WHERE label[1] = '='
    UNION
    SELECT appId, unnest(texts) AS expression FROM drawn
    UNION
    SELECT appId, unnest(expressions::JSON[]) ->> 'expression' AS expression FROM drawn
    UNION
    SELECT appId, target AS expression FROM targets WHERE target[1] = '='
    UNION
    SELECT appId, labelExpression AS expression FROM dimensions WHERE _ab_cdc_deleted_at IS NULL
    UNION
    SELECT appId, unnest([expression, labelExpression]) AS expression FROM measures WHERE _ab_cdc_deleted_at IS NULL
    UNION
    SELECT appId, unnest([labelExpression, descriptionExpression, showCondition]) AS expression
    FROM sheets
    WHERE _ab_cdc_deleted_at IS NULL
  ),
  words AS (
    SELECT
      appId,
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
    SELECT appId, definition AS name
    FROM definitions
    UNION
    SELECT appId, action ->> 'field' AS name
    FROM drawn_actions
    UNION
    SELECT
      appId,
      CASE word[1]
        WHEN '[' THEN replace(word[2:-2], ']]', ']')
        WHEN '"' THEN replace(word[2:-2], '""', '"')
        ELSE word
      END AS name
    FROM words
  ),
  -- OrderDate.autoCalendar.Year is derived from OrderDate.
  used AS (
    SELECT appId, name FROM names
    UNION
    SELECT appId, regexp_replace(name, '\.[^.]+\.[^.]+$', '') AS name FROM names
  )
SELECT
  apps.name AS app,
  fields.name AS field,
  array_to_string(fields.src_tables::VARCHAR[], ', ') AS tables,
  coalesce(list_contains(fields.tags::VARCHAR[], '$key'), FALSE) AS isKey,
  fields.cardinal AS distinctValues,
  fields.byte_size AS bytes,
  fields.appId
FROM app_fields AS fields
JOIN readable ON readable.appId = fields.appId
LEFT JOIN apps ON apps.id = fields.appId AND apps._ab_cdc_deleted_at IS NULL
WHERE
  fields._ab_cdc_deleted_at IS NULL
  AND coalesce(fields.is_system, FALSE) = FALSE
  AND NOT EXISTS (SELECT 1 FROM used WHERE used.appId = fields.appId AND used.name = fields.name)
ORDER BY app, fields.appId, isKey, bytes DESC, field;
