import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import spec from '../../schemas/spec.json' with { type: 'json' };
import { recordSchema } from '../../src/cdk/index.ts';
import { streams } from '../../src/streams/index.ts';
import { catalogViolations } from '../support/catalog-violations.ts';
import { specViolations } from '../support/spec-violations.ts';

type Json = { [key: string]: unknown };

const schemasDir = new URL('../../schemas/', import.meta.url);
const streamNames = readdirSync(schemasDir)
  .filter((file) => file.endsWith('.json') && file !== 'spec.json')
  .map((file) => file.slice(0, -'.json'.length));
const fileOf = (name: string): Json => JSON.parse(readFileSync(new URL(`${name}.json`, schemasDir), 'utf8'));
/** As the catalog holds it: the shim adds the columns that tell versions and deletions. */
const schemaOf = (name: string): Json => recordSchema({ schema: fileOf(name) });

const oauth = { auth_type: 'oauth2_client_credentials', client_id: 'id', client_secret: 'secret' };
const apiKey = { auth_type: 'api_key', api_key: 'key' };
const tenant_url = 'https://example.eu.qlikcloud.com';
const pem = '-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n';

describe('the spec', () => {
  it('keeps every convention and accepts both ways to sign in', () => {
    const configs = [
      { tenant_url, credentials: oauth },
      { tenant_url, credentials: { ...oauth, scope: 'user_default' }, ca_certificate: pem, _note: 1 },
      { tenant_url, credentials: apiKey, ca_certificate: '', a_later_setting: true },
    ];
    expect(specViolations({ connectionSpecification: spec }, configs)).toEqual([]);
  });

  it.each([
    ['no credentials', { tenant_url }],
    ['no tenant', { credentials: apiKey }],
    ['an unknown way to sign in', { tenant_url, credentials: { ...apiKey, auth_type: 'password' } }],
    ['no secret', { tenant_url, credentials: { ...oauth, client_secret: undefined } }],
    ['an empty key', { tenant_url, credentials: { ...apiKey, api_key: '' } }],
    [
      'a private key for a certificate',
      { tenant_url, credentials: apiKey, ca_certificate: '-----BEGIN PRIVATE KEY-----' },
    ],
  ])('refuses a config with %s', (_, config) => {
    expect(specViolations({ connectionSpecification: spec }, [JSON.parse(JSON.stringify(config))])).toEqual([
      expect.stringContaining('config_match_spec'),
    ]);
  });

  it('has the recommended way to sign in first', () => {
    expect(spec.properties.credentials.oneOf.map((option) => option.properties.auth_type.const)).toEqual([
      'oauth2_client_credentials',
      'api_key',
    ]);
  });

  const secrets = [...JSON.stringify(spec).matchAll(/"(\w+)":\{[^{}]*"airbyte_secret":true/g)].map(([, name]) => name);
  it('marks the secrets, and only those', () => expect(secrets).toEqual(['client_secret', 'api_key']));
});

describe('the pattern of tenant_url', () => {
  const pattern = new RegExp(spec.properties.tenant_url.pattern, 'u');

  it.each([
    'acme.eu.qlikcloud.com',
    'acme.eu.qlikcloud.com/',
    'acme.eu.qlikcloud.com:443/hub',
    'https://acme.eu.qlikcloud.com',
    'https://acme.eu.qlikcloud.com/',
    'https://acme.eu.qlikcloud.com/analytics/home?qlik-web-integration-id=x#/a@b',
    'https://acme.eu.qlikcloud.com/sense/app/1-2/sheet/a b/state/analysis',
    'https://acme.eu.qlikcloud.com?x=1',
    'HTTPS://ACME.EU.QLIKCLOUD.COM',
    'https://qlik:8443',
    'https://10.0.0.7:8443/',
    'https://[2001:db8::7]:8443/',
    'https://münchen.example',
    'localhost:8080',
    'http://localhost',
    'http://localhost:8080/',
    'http://127.0.0.1:8080/hub',
    'http://127.9.8.7',
    'http://[::1]:8080',
  ])('accepts %s', (url) => {
    expect(url).toMatch(pattern);
  });

  it.each([
    '',
    ' ',
    'https://',
    'https:///hub',
    'http://acme.eu.qlikcloud.com',
    'HTTP://acme.eu.qlikcloud.com',
    'http://localhost.example.com',
    'http://localhost@example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com/',
    'http://[::2]',
    'http://10.0.0.7',
    'https://user:secret@acme.eu.qlikcloud.com',
    'user@acme.eu.qlikcloud.com',
    'https://acme.eu.qlikcloud.com:port',
    'wss://acme.eu.qlikcloud.com',
    'ftp://acme.eu.qlikcloud.com',
    'my tenant',
  ])('refuses %j', (url) => {
    expect(url).not.toMatch(pattern);
  });
});

describe.each(streamNames)('the schema of %s', (name) => {
  const properties = [...propertiesOf(schemaOf(name), name)];

  it('keeps every convention', () => {
    const stream = {
      name,
      json_schema: schemaOf(name),
      supported_sync_modes: ['full_refresh', 'incremental'],
      source_defined_primary_key: streams.find((stream) => stream.name === name)?.primaryKey.map((field) => [field]),
      source_defined_cursor: true,
      default_cursor_field: ['_ab_cdc_updated_at'],
    };
    expect(catalogViolations({ streams: [stream] })).toEqual([]);
  });

  it('is open, and allows any field to be missing', () => {
    expect(schemaOf(name)).toMatchObject({ type: 'object', additionalProperties: true });
    expect(JSON.stringify(schemaOf(name))).not.toMatch(/"(required|enum|oneOf|anyOf)":/);
  });

  it('describes every field', () => {
    expect(
      properties.filter(([, schema]) => !/^\S.{8,}\.$/.test(String(schema.description))).map(([path]) => path),
    ).toEqual([]);
  });

  it('lets every field be null', () => {
    const isNullable = ({ type }: Json) => Array.isArray(type) && type.length === 2 && type[0] === 'null';
    expect(properties.filter(([, schema]) => !isNullable(schema)).map(([path]) => path)).toEqual([]);
  });

  it('declares every time as one', () => {
    const times = properties.filter(([path]) => /(At|_at|Date|Time)$|\.(created|updated|start)$/.test(path));
    const asTime = { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' };
    expect(times.map(([path, schema]) => [path, schema])).toEqual(
      times.map(([path]) => [path, expect.objectContaining(asTime)]),
    );
    expect(properties.filter(([, schema]) => schema.format).length).toBe(times.length);
  });

  it('ends with the columns that tell versions and deletions', () => {
    const columns = Object.keys(schemaOf(name).properties as Json);
    expect(columns.slice(-2)).toEqual(['_ab_cdc_updated_at', '_ab_cdc_deleted_at']);
    expect(columns.slice(0, -2)).toEqual(Object.keys(fileOf(name).properties as Json));
  });

  it('leaves out what depends on the caller, and secrets', () => {
    const leftOut =
      /\.(actions|privileges|isFavorited|meta\.roles|self|qConnectionSecret|connectionProperties|qUsername|qPassword|qReferenceKey)$/;
    // What a click on a chart does is no right of the caller.
    const kept = ['charts.actions', 'master_visualizations.actions'];
    const paths = properties.map(([path]) => path).filter((path) => leftOut.test(path) && !kept.includes(path));
    expect(paths).toEqual([]);
  });
});

describe('specViolations', () => {
  const field = { type: 'string', title: 'A Field', description: 'A field.' };
  const option = (value: string, marker: Json = {}): Json => ({
    type: 'object',
    title: value,
    properties: { kind: { ...field, const: value, ...marker } },
  });
  const choice = (...oneOf: Json[]): Json => ({ type: 'object', title: 'Choice', description: 'A choice.', oneOf });
  const specWith = (properties: Json, more: Json = {}): Json => ({
    connectionSpecification: { type: 'object', properties: { field, ...properties }, ...more },
  });
  const oauthSpec = (advanced_auth: Json): Json => ({
    ...specWith({ credentials: choice(option('oauth'), option('key')) }),
    advanced_auth,
  });

  it('finds nothing in a spec that uses what the form can show', () => {
    const sound = specWith(
      {
        token: { ...field, airbyte_secret: true, order: 1 },
        names: { ...field, type: 'array', items: { type: 'string' }, order: 1, group: 'more' },
        size: { ...field, type: ['number', 'null'], enum: [1, 2], examples: [{ $ref: 'no schema' }] },
        not: field,
        group: { ...field, order: 2 },
        choice: { ...choice(option('a', { default: 'a' }), option('b', { enum: ['b'] })), display_type: 'radio' },
      },
      { additionalProperties: true, groups: [{ id: 'more', title: 'More' }] },
    );
    expect(specViolations(sound, [{ field: 'x', _other: 1 }])).toEqual([]);
    const auth = { predicate_key: ['credentials', 'kind'], predicate_value: 'oauth' };
    expect(specViolations(oauthSpec(auth))).toEqual([]);
  });

  const broken: [rule: string, why: string, spec: Json, configs?: Json[]][] = [
    ['spec', 'no connectionSpecification', {}],
    ['config_match_spec', 'a config that is refused', specWith({}, { required: ['field'] }), [{ _field: 'x' }]],
    ['config_match_spec', 'not JSON Schema', specWith({}, { required: 'field' })],
    ['enum_usage', 'a value twice', specWith({ x: { ...field, enum: ['a', 'a'] } })],
    ['oneof_usage', 'type is not object', specWith({ x: { ...choice(option('a'), option('b')), type: 'string' } })],
    [
      'oneof_usage',
      'an option without properties',
      specWith({ x: choice(option('a'), { type: 'object', title: 'b' }) }),
    ],
    ['oneof_usage', 'an option without title', specWith({ x: choice(option('a'), { ...option('b'), title: '' }) })],
    ['oneof_usage', 'no common const', specWith({ x: choice(option('a'), option('b', { const: undefined })) })],
    [
      'oneof_usage',
      'two common consts',
      specWith({
        x: choice({ type: 'object', title: 'a', properties: { p: { ...field, const: 1 }, q: { ...field, const: 2 } } }),
      }),
    ],
    ['oneof_usage', 'the same const twice', specWith({ x: choice(option('a'), option('a')) })],
    [
      'oneof_usage',
      'a default that is not the const',
      specWith({ x: choice(option('a'), option('b', { default: 'a' })) }),
    ],
    [
      'oneof_usage',
      'an enum beside the const',
      specWith({ x: choice(option('a'), option('b', { enum: ['b', 'c'] })) }),
    ],
    ['secret_is_properly_marked', 'a secret in the open', specWith({ Client_Secret: field })],
    [
      'secret_is_properly_marked',
      'secrets in an array',
      specWith({ token: { ...field, type: 'array', items: { type: 'string' } } }),
    ],
    [
      'secret_is_properly_marked',
      'a secret that cannot be one',
      specWith({ x: { ...field, type: 'boolean', airbyte_secret: true } }),
    ],
    [
      'secret_is_properly_marked',
      'a secret constant',
      specWith({ token: { ...field, const: 'x', airbyte_secret: true } }),
    ],
    ['property_type_is_not_array', 'null first', specWith({ x: { ...field, type: ['null', 'string'] } })],
    ['property_type_is_not_array', 'two types', specWith({ x: { ...field, type: ['string', 'number'] } })],
    ['object_not_empty', 'no properties', specWith({ x: { ...field, type: 'object', properties: {} } })],
    ['array_type', 'a tuple', specWith({ x: { ...field, type: 'array', items: [{ type: 'string' }] } })],
    [
      'array_type',
      'an array of arrays',
      specWith({ x: { ...field, type: 'array', items: { type: 'array', items: { enum: [1] } } } }),
    ],
    ...[
      'not',
      'anyOf',
      'allOf',
      'patternProperties',
      'prefixItems',
      'if',
      'then',
      'else',
      'dependentSchemas',
      'dependentRequired',
    ].map((keyword): [string, string, Json] => {
      const value = /^(anyOf|allOf|prefixItems)$/.test(keyword) ? [{}] : {};
      return ['forbidden_complex_types', keyword, specWith({ x: { ...field, [keyword]: value } })];
    }),
    ['duplicate_order', 'in one group', specWith({ x: { ...field, order: 0 }, y: { ...field, order: 0 } })],
    [
      'duplicate_order',
      'in an option',
      specWith({
        x: choice({
          ...option('a'),
          properties: { kind: { ...field, const: 1, order: 0 }, y: { ...field, order: 0 } },
        }),
      }),
    ],
    ['nested_group', 'in an option', specWith({ x: choice(option('a', { group: 'g' })) })],
    ['display_type', 'without oneOf', specWith({ x: { ...field, display_type: 'radio' } })],
    ['display_type', 'of another kind', specWith({ x: { ...choice(option('a')), display_type: 'list' } })],
    ['defined_refs', 'a reference', specWith({ x: { ...field, $ref: '#/properties/field' } })],
    ['additional_properties_is_true', 'false', specWith({}, { additionalProperties: false })],
    [
      'additional_properties_is_true',
      'a schema, deep',
      specWith({ x: choice({ ...option('a'), additionalProperties: field }) }),
    ],
    ['title_and_description', 'no title', specWith({ x: { type: 'string', description: 'X.' } })],
    ['title_and_description', 'no description, deep', specWith({ x: choice(option('a', { description: '' })) })],
    ['oauth_flow_parameters', 'an unknown predicate', oauthSpec({ predicate_key: ['credentials', 'sort'] })],
    [
      'oauth_flow_parameters',
      'an unknown output',
      oauthSpec({
        oauth_config_specification: {
          complete_oauth_output_specification: {
            properties: { x: { path_in_connector_config: ['credentials', 'x'] } },
          },
        },
      }),
    ],
    [
      'oauth_is_default_method',
      'OAuth second',
      oauthSpec({ predicate_key: ['credentials', 'kind'], predicate_value: 'key' }),
    ],
  ];

  it.each(broken)('reports %s: %s', (rule, _, brokenSpec, configs) => {
    expect(specViolations(JSON.parse(JSON.stringify(brokenSpec)), configs).map(ruleOf)).toContain(rule);
  });

  it('says where', () => {
    expect(specViolations(specWith({ x: choice(option('a', { group: 'g' })) }))).toEqual([
      'nested_group: connectionSpecification.properties.x.oneOf.0.properties.kind: only a setting at the top may have a group',
    ]);
  });
});

describe('catalogViolations', () => {
  const text = { type: ['null', 'string'] };
  const stream = (properties: Json = {}, more: Json = {}): Json => ({
    name: 'things',
    json_schema: { type: 'object', properties: { id: text, at: { ...text, format: 'date-time' }, ...properties } },
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_primary_key: [['id']],
    source_defined_cursor: true,
    default_cursor_field: ['at'],
    is_resumable: true,
    ...more,
  });

  it('finds nothing in a sound catalog', () => {
    const nested = { type: ['null', 'object'], properties: { not: text, id: text }, additionalProperties: true };
    const sound = stream(
      { nested, several: { type: ['null', 'array'], items: nested } },
      { source_defined_primary_key: [['nested', 'id']] },
    );
    expect(catalogViolations({ streams: [sound] }, { streams: [sound] })).toEqual([]);
    expect(
      catalogViolations({ streams: [sound, stream({ more: text }, { name: 'new' })] }, { streams: [sound] }),
    ).toEqual([]);
  });

  const broken: [rule: string, why: string, streams: Json[], previous?: Json][] = [
    ['discover', 'no streams', []],
    ['discover', 'a name twice', [stream(), stream()]],
    ['streams_have_valid_json_schemas', 'not JSON Schema', [stream({ x: { type: 'text' } })]],
    ['streams_have_valid_json_schemas', 'no properties', [stream({}, { json_schema: { type: 'object' } })]],
    [
      'streams_have_valid_json_schemas',
      'not an object',
      [stream({}, { json_schema: { type: 'string', properties: {} } })],
    ],
    ['defined_cursors_exist_in_schema', 'another cursor', [stream({}, { default_cursor_field: ['updated'] })]],
    ['defined_refs', 'a reference, deep', [stream({ x: { type: 'array', items: { $ref: '#' } } })]],
    ['defined_keyword_exist_in_schema', 'allOf', [stream({ x: { ...text, allOf: [{}] } })]],
    ['defined_keyword_exist_in_schema', 'not', [stream({ x: { ...text, not: {} } })]],
    ['primary_keys_exist_in_schema', 'another key', [stream({}, { source_defined_primary_key: [['id'], ['key']] })]],
    ['streams_has_sync_modes', 'no sync mode', [stream({}, { supported_sync_modes: [] })]],
    ['streams_has_sync_modes', 'incremental alone', [stream({}, { supported_sync_modes: ['incremental'] })]],
    ['cursor_of_incremental', 'no cursor', [stream({}, { default_cursor_field: undefined })]],
    ['cursor_of_incremental', 'resumable without one', [stream({}, { source_defined_cursor: false })]],
    ['additional_properties_is_true', 'false, deep', [stream({ x: { type: 'object', additionalProperties: false } })]],
    ['primary_keys_data_type', 'an object for a key', [stream({ id: { type: ['null', 'object'] } })]],
    ['catalog_has_supported_data_types', 'two types', [stream({ x: { type: ['string', 'number'] } })]],
    ['catalog_has_supported_data_types', 'no type', [stream({ x: {} })]],
    ['catalog_has_supported_data_types', 'another format', [stream({ x: { ...text, format: 'email' } })]],
    [
      'catalog_has_supported_data_types',
      'a time that is a number',
      [stream({ x: { type: 'number', format: 'date-time' } })],
    ],
    ['catalog_has_supported_data_types', 'another airbyte_type', [stream({ x: { ...text, airbyte_type: 'integer' } })]],
    ['backward_compatibility', 'a stream removed', [stream()], stream({}, { name: 'others' })],
    ['backward_compatibility', 'a field removed', [stream()], stream({ x: text })],
    [
      'backward_compatibility',
      'a type changed, deep',
      [stream({ x: { type: 'object', properties: { y: text } } })],
      stream({ x: { type: 'object', properties: { y: { type: 'number' } } } }),
    ],
    ['backward_compatibility', 'another cursor', [stream()], stream({}, { default_cursor_field: ['id'] })],
  ];

  it.each(broken)('reports %s: %s', (rule, _, streams, previous) => {
    expect(catalogViolations({ streams }, previous && { streams: [previous] }).map(ruleOf)).toContain(rule);
  });

  it('says where', () => {
    expect(
      catalogViolations({ streams: [stream({ x: { type: 'array', items: { ...text, format: 'email' } } })] }),
    ).toEqual([
      'catalog_has_supported_data_types: things.properties.x.items: string email is not a type that destinations know',
    ]);
  });
});

function ruleOf(violation: string): string {
  return violation.slice(0, violation.indexOf(':'));
}

/** Every property at every depth, with its path. */
function* propertiesOf(schema: Json, path: string): Generator<[path: string, schema: Json]> {
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, Json>)) {
    yield [`${path}.${name}`, property];
    yield* propertiesOf(property, `${path}.${name}`);
  }
  if (schema.items) yield* propertiesOf(schema.items as Json, path);
}
