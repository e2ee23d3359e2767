export type Json = { [key: string]: unknown };

/** A schema at any depth of another: where it is, and the names of the properties that lead to it. */
export type SchemaNode = { path: string; names: string[]; isProperty: boolean; schema: Json };

const mapsOfSchemas = ['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'];
const notSchemas = ['examples', 'default', 'const', 'enum'];

/** All schemas within one, itself first. Names of properties are not taken for keywords, nor examples for schemas. */
export function* schemaNodes(schema: Json, path = '', names: string[] = [], isProperty = false): Generator<SchemaNode> {
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

/** The types that a schema admits; one that is undefined where it names none. */
export function types(schema: Json = {}): unknown[] {
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}

export function place(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('.');
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
