import {
  isObject,
  isText,
  type Json,
  list,
  object,
  place,
  type SchemaNode,
  schemaNodes,
  types,
} from './schema-nodes.ts';
import { broken, isDraft7, newAjv, type Rule, repeated, said, schemaRules } from './schema-rules.ts';

/** Faults of a discovered catalog, each as `rule: stream.path: what`; with an earlier catalog, also what it breaks. */
export function catalogViolations(catalog: unknown, previous?: unknown): string[] {
  const streams = streamsOf(catalog);
  if (streams.length === 0) return ['discover: streams: there are none'];
  return [
    ...streams.flatMap((stream) => [
      ...broken(streamRules, [stream], () => stream.name),
      ...broken(rowRules, [...schemaNodes(stream.schema)], (node) => place(stream.name, node.path)),
    ]),
    ...said('discover', 'streams', repeated(streams.map((stream) => stream.name))),
    ...broken({ backward_compatibility: brokenIn(streams) }, streamsOf(previous), (earlier) => earlier.name),
  ];
}

type Stream = {
  name: string;
  schema: Json;
  syncModes: unknown;
  primaryKey: string[][];
  cursor: string[];
  hasOwnCursor: boolean;
  isResumable: boolean;
};

function streamsOf(catalog: unknown): Stream[] {
  return list(object(catalog).streams).map((entry) => {
    const stream = object(entry);
    return {
      name: String(stream.name),
      schema: object(stream.json_schema),
      syncModes: stream.supported_sync_modes,
      primaryKey: list(stream.source_defined_primary_key).map((path) => list(path).map(String)),
      cursor: list(stream.default_cursor_field).map(String),
      hasOwnCursor: stream.source_defined_cursor === true,
      isResumable: stream.is_resumable === true,
    };
  });
}

const streamRules: Record<string, Rule<Stream>> = {
  streams_have_valid_json_schemas: ({ schema }) => {
    const ajv = newAjv();
    if (!isDraft7(ajv, schema)) return ajv.errorsText();
    return (schema.type !== 'object' || !isObject(schema.properties)) && 'is not an object with properties';
  },
  defined_cursors_exist_in_schema: ({ schema, cursor }) =>
    cursor.length > 0 && !declaredAt(schema, cursor) && `cursor ${cursor.join('.')} is not declared`,
  primary_keys_exist_in_schema: ({ schema, primaryKey }) => {
    const unknown = primaryKey.filter((path) => !declaredAt(schema, path));
    return unknown.length > 0 && `primary key ${unknown.join(', ')} is not declared`;
  },
  primary_keys_data_type: ({ schema, primaryKey }) => {
    const odd = primaryKey.filter((path) =>
      types(declaredAt(schema, path)).some((t) => t === 'object' || t === 'array'),
    );
    return odd.length > 0 && `primary key ${odd.join(', ')} is an object or an array`;
  },
  streams_has_sync_modes: ({ syncModes }) =>
    !list(syncModes).includes('full_refresh') && 'supported_sync_modes lacks full_refresh',
  cursor_of_incremental: ({ syncModes, cursor, hasOwnCursor, isResumable }) => {
    if (list(syncModes).includes('incremental') && cursor.length === 0) return 'is incremental without a cursor';
    return isResumable && !hasOwnCursor && 'is_resumable without source_defined_cursor';
  },
};

/** Type, format and airbyte_type that destinations map to a column type. */
const columnTypes = new Set([
  ...['string', 'boolean', 'integer', 'number', 'object', 'array', 'integer integer', 'number integer'],
  ...['string date', 'string date-time', 'string time'],
  ...['string date-time timestamp_with_timezone', 'string date-time timestamp_without_timezone'],
  ...['string time time_with_timezone', 'string time time_without_timezone'],
]);

const rowRules: Record<string, Rule<SchemaNode>> = {
  ...schemaRules,
  defined_keyword_exist_in_schema: ({ schema }) => ('allOf' in schema || 'not' in schema) && 'uses allOf or not',
  catalog_has_supported_data_types: ({ schema }) => {
    const kind = columnType(schema);
    return !columnTypes.has(kind) && `${kind || 'no type'} is not a type that destinations know`;
  },
};

/** What an earlier stream promised and these no longer do. */
function brokenIn(streams: Stream[]): Rule<Stream> {
  return (earlier) => {
    const now = streams.find(({ name }) => name === earlier.name);
    if (!now) return 'the stream is gone';
    if (earlier.cursor.join() !== now.cursor.join()) return 'the cursor is another';
    const changed = [...schemaNodes(earlier.schema)].filter(
      ({ isProperty, names, schema }) => isProperty && columnType(schema) !== columnType(declaredAt(now.schema, names)),
    );
    return (
      changed.length > 0 && `removed or of another type: ${changed.map(({ names }) => names.join('.')).join(', ')}`
    );
  };
}

/** The schema of the property that a path of names leads to. */
function declaredAt(schema: Json, names: string[]): Json | undefined {
  return [...schemaNodes(schema)].find((node) => node.isProperty && node.names.join('\n') === names.join('\n'))?.schema;
}

function columnType(schema: Json = {}): string {
  const kinds = types(schema).filter((type) => type !== 'null');
  return [kinds.join('|'), schema.format, schema.airbyte_type].filter(isText).join(' ');
}
