-- Merges a read, which comes on stdin, into one table a stream in the schema :schema: first the states that it was read from, then
-- its catalog, then what it printed. The states move in the same transaction, and only from those that it was read from. What was
-- printed after a stream's last STATE, by a read that was killed, is left out: the next one sends it again.
\encoding UTF8
BEGIN;
SET LOCAL client_min_messages = warning;
-- Whoever comes second looks at the states that the first one left.
SELECT pg_advisory_xact_lock(hashtext(:'schema')) \gset
CREATE SCHEMA IF NOT EXISTS :"schema";
SET LOCAL search_path = :"schema";
CREATE TABLE IF NOT EXISTS sync_state (stream text PRIMARY KEY, message jsonb NOT NULL);

-- JSON never holds these two characters as they are, so CSV takes each line as it stands, backslashes and quotes included.
CREATE TEMP TABLE printed (number bigint GENERATED ALWAYS AS IDENTITY, line text) ON COMMIT DROP;
\copy printed (line) FROM pstdin WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')

-- PostgreSQL's texts hold neither the character U+0000 nor half of a surrogate pair. (Whole pairs never come escaped.)
CREATE TEMP TABLE messages ON COMMIT DROP AS
SELECT
  number,
  CASE
    WHEN line ~ '\\u(0000|d[89a-f])' THEN regexp_replace(line, '(?<!\\)((\\\\)*)\\u(0000|d[89a-f]..)', '\1', 'g')
    ELSE line
  END::jsonb AS message
FROM printed;

CREATE TEMP TABLE catalog ON COMMIT DROP AS
SELECT number, line::json -> 'streams' AS streams
FROM printed
JOIN messages USING (number)
WHERE message ? 'streams'
ORDER BY number
LIMIT 1;

-- The columns, in lower case, so that SQL need not quote them.
CREATE TEMP TABLE wanted ON COMMIT DROP AS
SELECT
  stream ->> 'name' AS stream,
  lower(field) AS name,
  position,
  array_position(ARRAY(SELECT part ->> 0 FROM json_array_elements(stream -> 'source_defined_primary_key') AS part), field)
    AS key_part,
  CASE
    WHEN declared ->> 'format' = 'date-time' THEN 'timestamptz'
    WHEN (declared -> 'type')::jsonb ? 'string' THEN 'text'
    WHEN (declared -> 'type')::jsonb ? 'boolean' THEN 'boolean'
    WHEN (declared -> 'type')::jsonb ? 'integer' THEN 'bigint'
    WHEN (declared -> 'type')::jsonb ? 'number' THEN 'numeric'
    ELSE 'jsonb'
  END AS type
FROM catalog,
  json_array_elements(streams) AS configured,
  json_extract_path(configured, 'stream') AS stream,
  json_each(stream -> 'json_schema' -> 'properties') WITH ORDINALITY AS property (field, declared, position);

CREATE TEMP TABLE states ON COMMIT DROP AS
SELECT stream, last AS number, outcome.message, origin.message AS origin, sync_state.message AS held
FROM
  (
    SELECT
      message #>> '{state,stream,stream_descriptor,name}' AS stream,
      max(messages.number) FILTER (WHERE messages.number < catalog.number) AS first,
      max(messages.number) AS last
    FROM messages, catalog
    WHERE message ->> 'type' = 'STATE'
    GROUP BY 1
    HAVING max(messages.number) > max(catalog.number)
  ) AS steps
JOIN messages AS outcome ON outcome.number = last
LEFT JOIN messages AS origin ON origin.number = first
LEFT JOIN sync_state USING (stream)
WHERE stream IN (SELECT stream FROM wanted);
-- Those are loaded already.
DELETE FROM states WHERE held = message;

DO $$
DECLARE
  astray text := (SELECT string_agg(stream, ', ' ORDER BY stream) FROM states WHERE held IS DISTINCT FROM origin);
BEGIN
  IF NOT EXISTS (SELECT FROM wanted) THEN
    RAISE 'This is no file of messages: it holds no catalog with streams.';
  ELSIF astray IS NOT NULL THEN
    RAISE 'These messages were read from other states than sync_state holds: %.', astray;
  END IF;
END
$$;

-- Of each key the newest version that its stream's state knows of.
CREATE TEMP TABLE newest ON COMMIT DROP AS
SELECT DISTINCT ON (stream, key) stream, key, data
FROM
  (
    SELECT stream, messages.number, lowered.data
    FROM messages
    JOIN states ON states.stream = messages.message #>> '{record,stream}' AND states.number > messages.number,
      LATERAL (
        SELECT jsonb_object_agg(lower(field), value) AS data
        FROM jsonb_each(messages.message #> '{record,data}') AS own (field, value)
      ) AS lowered
  ) AS covered,
  LATERAL (
    SELECT array_agg(data ->> name ORDER BY key_part) AS key
    FROM wanted
    WHERE wanted.stream = covered.stream AND key_part IS NOT NULL
  ) AS keys
ORDER BY stream, key, (data ->> '_ab_cdc_updated_at')::timestamptz DESC, number DESC;
ANALYZE newest;

DO $$
DECLARE
  name text;
  columns text;
  missing text;
  key text;
  has_key text;
BEGIN
  FOR name, columns, missing, key, has_key IN
    SELECT
      stream,
      string_agg(format('%I %s', wanted.name, type), ', ' ORDER BY position),
      string_agg(format('ADD COLUMN %I %s', wanted.name, type), ', ' ORDER BY position) FILTER (WHERE attname IS NULL),
      string_agg(quote_ident(wanted.name), ', ' ORDER BY key_part) FILTER (WHERE key_part IS NOT NULL),
      string_agg(format('%I = key[%s]', wanted.name, key_part), ' AND ') FILTER (WHERE key_part IS NOT NULL)
    FROM wanted
    LEFT JOIN pg_attribute ON attrelid = to_regclass(quote_ident(stream)) AND attname = wanted.name AND NOT attisdropped
    GROUP BY stream
  LOOP
    IF to_regclass(quote_ident(name)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (%s, PRIMARY KEY (%s))', name, columns, key);
    ELSIF missing IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %I %s', name, missing);
    END IF;
    -- A read from no state sends everything: what else is there is gone.
    IF EXISTS (SELECT FROM states WHERE stream = name AND origin IS NULL) THEN
      EXECUTE format('DELETE FROM %I', name);
    END IF;
    EXECUTE format('DELETE FROM %I USING newest WHERE stream = %L AND %s', name, name, has_key);
    EXECUTE format(
      'INSERT INTO %1$I SELECT fresh.* FROM newest, jsonb_populate_record(NULL::%1$I, data) AS fresh
        WHERE stream = %1$L AND fresh._ab_cdc_deleted_at IS NULL',
      name
    );
  END LOOP;
END
$$;

INSERT INTO sync_state SELECT stream, message FROM states
ON CONFLICT (stream) DO UPDATE SET message = excluded.message;
COMMIT;
