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

/** What a setting must not be called unless it is a secret: the acceptance tests' own list, whole names only. */
const secretNames =
  /^(client_token|access_token|api_token|token|secret|client_secret|password|key|service_account_info|service_account|tenant_id|certificate|jwt|credentials|app_id|appid|refresh_token)$/i;

const formCannotShow = [
  ...['not', 'anyOf', 'allOf', 'patternProperties', 'prefixItems'],
  ...['if', 'then', 'else', 'dependentSchemas', 'dependentRequired'],
];

const specRules: Record<string, Rule<SchemaNode>> = {
  ...schemaRules,
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
