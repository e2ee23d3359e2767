import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

// A rule is named after the one of Airbyte's connector acceptance tests that holds it, and is never more lenient.
// title_and_description and cursor_of_incremental are in Airbyte's documentation only.

type Json = { [key: string]: unknown };
/** Says what is wrong with the thing, or nothing. */
type Rule<T> = (thing: T) => string | false | undefined;

/** Faults of a ConnectorSpecification, each as `rule: path: what`. The configs are ones that the spec must accept. */
export function specViolations(spec: unknown, configs: unknown[] = []): string[] {
  const { connectionSpecification: root, advanced_auth } = object(spec);
  if (!isObject(root)) return ['spec: connectionSpecification: is not an object'];
  const auth = object(advanced_auth);
  return [
    ...said('config_match_spec', 'connectionSpecification', configMismatch(root, configs)),
    ...broken(specRules, [...schemaNodes(root)], (node) => place('connectionSpecification', node.path)),
    ...said('oauth_flow_parameters', 'advanced_auth', undeclaredOauthPaths(root, auth)),
    ...said('oauth_is_default_method', 'advanced_auth', oauthNotFirst(root, auth)),
  ];
}

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

/** A schema at any depth of another: where it is, and the names of the properties that lead to it. */
type SchemaNode = { path: string; names: string[]; isProperty: boolean; schema: Json };

const mapsOfSchemas = ['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'];
const notSchemas = ['examples', 'default', 'const', 'enum'];

/** All schemas within one, itself first. Names of properties are not taken for keywords, nor examples for schemas. */
function* schemaNodes(schema: Json, path = '', names: string[] = [], isProperty = false): Generator<SchemaNode> {
  yield { path, names, isProperty, schema };
  for (const [keyword, value] of Object.entries(schema)) {
    if (notSchemas.includes(keyword)) continue;
    const several = Array.isArray(value) || mapsOfSchemas.includes(keyword);
    for (const [name, child] of Object.entries(several ? { ...(value as Json) } : { '': value })) {
      if (!isObject(child)) continue;
      const named = keyword === 'properties';
      yield* schemaNodes(child, place(path, keyword, name), named ? [...names, name] : names, named);
    }
  }
}

/** What a setting must not be called unless it is a secret: the acceptance tests' own list, whole names only. */
const secretNames =
  /^(client_token|access_token|api_token|token|secret|client_secret|password|key|service_account_info|service_account|tenant_id|certificate|jwt|credentials|app_id|appid|refresh_token)$/i;

const formCannotShow = [
  ...['not', 'anyOf', 'allOf', 'patternProperties', 'prefixItems'],
  ...['if', 'then', 'else', 'dependentSchemas', 'dependentRequired'],
];

const everySchema: Record<string, Rule<SchemaNode>> = {
  defined_refs: ({ schema }) => '$ref' in schema && 'holds a $ref',
  additional_properties_is_true: ({ schema }) =>
    'additionalProperties' in schema && schema.additionalProperties !== true && 'additionalProperties is not true',
};

const specRules: Record<string, Rule<SchemaNode>> = {
  ...everySchema,
  enum_usage: ({ schema }) => repeated(list(schema.enum)),
  oneof_usage: ({ schema }) => 'oneOf' in schema && misusedOneOf(schema),
  secret_is_properly_marked: ({ names, schema }) => {
    const canBeSecret = ['string', 'number', 'integer'].some((type) => types(schema).includes(type)) && !schema.const;
    if (schema.airbyte_secret === true) return !canBeSecret && 'is marked as a secret but cannot hold one';
    return canBeSecret && secretNames.test(names.at(-1) ?? '') && 'has the name of a secret and no airbyte_secret';
  },
  property_type_is_not_array: ({ schema: { type } }) =>
    Array.isArray(type) &&
    !(type.length === 1 || (type.length === 2 && type[1] === 'null')) &&
    'type is neither T, [T] nor [T, "null"]',
  object_not_empty: ({ path, schema }) =>
    path !== '' &&
    types(schema).includes('object') &&
    !('oneOf' in schema) &&
    Object.keys(object(schema.properties)).length === 0 &&
    'is an object without properties',
  array_type: ({ schema }) => {
    if (!types(schema).includes('array')) return;
    if (!isObject(schema.items)) return 'items is not one schema';
    if ('enum' in schema.items) return;
    return !/^(object|string|number|integer)$/.test(String(schema.items.type)) && 'items have a type the form lacks';
  },
  forbidden_complex_types: ({ schema }) => {
    const found = formCannotShow.filter((keyword) => keyword in schema);
    return found.length > 0 && `uses ${found.join(', ')}`;
  },
  duplicate_order: ({ schema }) =>
    repeated(
      Object.values(object(schema.properties))
        .map(object)
        .filter((property) => 'order' in property)
        .map((property) => `${property.group ?? ''} ${property.order}`.trim()),
    ),
  nested_group: ({ names, isProperty, schema }) =>
    'group' in schema && !(isProperty && names.length === 1) && 'only a setting at the top may have a group',
  display_type: ({ schema }) => {
    if (!('display_type' in schema)) return;
    if (!('oneOf' in schema)) return 'display_type without oneOf';
    return !['dropdown', 'radio'].includes(String(schema.display_type)) && 'display_type is not dropdown or radio';
  },
  title_and_description: ({ isProperty, schema }) =>
    isProperty && !(isText(schema.title) && isText(schema.description)) && 'lacks a title or a description',
};

function misusedOneOf({ type, oneOf }: Json): string | undefined {
  const options = list(oneOf).map(object);
  if (type !== 'object') return 'has a oneOf, and type is not object';
  if (!options.every((option) => option.type === 'object' && isObject(option.properties) && isText(option.title)))
    return 'an option lacks type object, title or properties';
  const properties = options.map((option) => object(option.properties));
  const shared = Object.keys(properties[0] ?? {}).filter((name) =>
    properties.every((each) => 'const' in object(each[name])),
  );
  const [name] = shared;
  if (name === undefined || shared.length > 1) return 'the options do not share exactly one property with a const';
  const markers = properties.map((each) => object(each[name]));
  if (repeated(markers.map((marker) => marker.const))) return `two options have the same ${name}`;
  const isSame = ({ const: value, default: preset = value, enum: values = [value] }: Json) =>
    preset === value && JSON.stringify(values) === JSON.stringify([value]);
  return markers.every(isSame) ? undefined : `default or enum of ${name} is not its const`;
}

function configMismatch(root: Json, configs: unknown[]): string | undefined {
  const ajv = newAjv();
  if (!isDraft7(ajv, root)) return `is not valid draft-07: ${ajv.errorsText()}`;
  const validate = ajv.compile(root);
  const isShown = ([key]: [string, unknown]) => !key.startsWith('_');
  const refused = configs.find(
    (config) => !validate(Object.fromEntries(Object.entries(object(config)).filter(isShown))),
  );
  return refused === undefined ? undefined : `refuses a config: ${ajv.errorsText(validate.errors)}`;
}

function undeclaredOauthPaths(root: Json, auth: Json): string | undefined {
  const oauth = object(auth.oauth_config_specification);
  const paths = [
    oauth.oauth_user_input_from_connector_config_specification,
    oauth.complete_oauth_output_specification,
    oauth.complete_oauth_server_output_specification,
  ].flatMap((part) =>
    Object.values(object(object(part).properties)).map((input) => object(input).path_in_connector_config),
  );
  const declared = new Set([...schemaNodes(root)].map((node) => node.names.join('/')));
  const unknown = [auth.predicate_key ?? [], ...paths]
    .map((path) => list(path).join('/'))
    .filter((p) => !declared.has(p));
  return unknown.length > 0 ? `names settings that the spec lacks: ${unknown.join(', ')}` : undefined;
}

function oauthNotFirst(root: Json, auth: Json): string | undefined {
  const [field, ...path] = list(auth.predicate_key).map(String);
  const options = list(object(object(root.properties)[field ?? '']).oneOf);
  if (options.length === 0) return;
  const first = [...schemaNodes(object(options[0]))].find((node) => node.names.join() === path.join())?.schema.const;
  return first === auth.predicate_value ? undefined : `the first option is ${first}, not ${auth.predicate_value}`;
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
  ...everySchema,
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

function types(schema: Json = {}): unknown[] {
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}

function broken<T>(rules: Record<string, Rule<T>>, things: T[], where: (thing: T) => string): string[] {
  return Object.entries(rules).flatMap(([rule, find]) =>
    things.flatMap((thing) => said(rule, where(thing), find(thing))),
  );
}

function said(rule: string, where: string, what: string | false | undefined): string[] {
  return what ? [`${rule}: ${where}: ${what}`] : [];
}

function repeated(values: unknown[]): string | undefined {
  const twice = values.filter((value, i) => values.indexOf(value) !== i);
  return twice.length > 0 ? `more than once: ${twice.join(', ')}` : undefined;
}

function newAjv(): Ajv {
  return addFormats.default(new Ajv({ strict: false, allErrors: true }));
}

function isDraft7(ajv: Ajv, schema: Json): boolean {
  return ajv.validateSchema({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' }) === true;
}

function place(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('.');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
