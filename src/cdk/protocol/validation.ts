import type { ErrorObject } from 'ajv';
import { isObject } from './input.ts';
import type { Schema } from './messages.ts';

/**
 * What is wrong with a value, in words that name the field and the remedy and never repeat the value; empty if all is well.
 * A `oneOf` is judged by the option that the value's constant names, so that the other options raise no false alarms.
 */
export async function violations(schema: Schema, value: unknown): Promise<string[]> {
  const [{ Ajv }, { default: addFormats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  // Who is asked once is not worth optimizing; and the schemas are ours, so that none is held against JSON Schema's own.
  const thrift = { code: { optimize: false }, meta: false, validateSchema: false };
  const ajv = addFormats.default(new Ajv({ allErrors: true, strict: false, verbose: true, ...thrift }));
  const isDateTime = ajv.formats['date-time'] as { validate(text: string): boolean };
  // RFC 3339 has times that JavaScript cannot read, such as leap seconds.
  ajv.addFormat('date-time', (text) => isDateTime.validate(text) && !Number.isNaN(Date.parse(text)));
  const validate = ajv.compile(withChosenOptions(schema, value));
  return validate(value) ? [] : (validate.errors ?? []).map(inWords);
}

/** The schema with each `oneOf` replaced by the option whose constant the value holds. */
function withChosenOptions(schema: Schema, value: unknown): Schema {
  const options = schema.oneOf;
  if (Array.isArray(options)) return chosenOption(schema, options, value);
  if (!schema.properties || !isObject(value)) return schema;
  const properties = Object.entries(schema.properties).map(([field, declared]) => [
    field,
    withChosenOptions(declared, value[field]),
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

function chosenOption({ oneOf: _, ...parent }: Schema, options: readonly Schema[], value: unknown): Schema {
  const constants = options.map((option) =>
    Object.entries(option.properties ?? {}).find(([, declared]) => declared.const !== undefined),
  );
  const chosen = options.find((_option, index) => {
    const [field, declared] = constants[index] ?? [];
    return field !== undefined && isObject(value) && value[field] === declared?.const;
  });
  if (chosen) return { ...parent, ...chosen };
  const field = constants[0]?.[0] ?? '';
  const permitted = constants.map((constant) => constant?.[1].const);
  return { ...parent, required: [field], properties: { [field]: { enum: permitted } } };
}

function inWords(error: ErrorObject): string {
  const field = fieldPath(error);
  const declared = error.parentSchema as Schema;
  switch (error.keyword) {
    case 'required':
      return `${field} is missing${hint(declared.properties?.[error.params.missingProperty] ?? {})}`;
    case 'type':
      return `${field} must be ${typeInWords(error.params.type)}${hint(declared)}`;
    case 'const':
    case 'enum':
      return `${field} must be one of ${[error.params.allowedValues ?? error.params.allowedValue].flat().join(', ')}`;
    case 'minLength':
    case 'minItems':
      return `${field} must not be empty${hint(declared)}`;
    case 'pattern':
      return `${field} has the wrong form${hint(declared)}`;
    default:
      return `${field} ${error.message ?? 'is not accepted'}${hint(declared)}`;
  }
}

function fieldPath(error: ErrorObject): string {
  const parts = error.instancePath.split('/').slice(1);
  if (error.keyword === 'required') parts.push(error.params.missingProperty);
  return parts.join('.') || 'the whole';
}

function typeInWords(type: string | string[]): string {
  const words: { [type: string]: string } = {
    string: 'a text',
    object: 'an object',
    array: 'a list',
    boolean: 'true or false',
    integer: 'a whole number',
    number: 'a number',
    null: 'null',
  };
  return [type]
    .flat()
    .map((name) => words[name] ?? name)
    .join(' or ');
}

function hint({ title, pattern_descriptor: form, examples, enum: permitted }: Schema): string {
  if (typeof form === 'string') return ` (${form})`;
  if (Array.isArray(examples) && examples.length > 0) return ` (for example ${String(examples[0])})`;
  if (Array.isArray(permitted)) return ` (one of ${permitted.join(', ')})`;
  return typeof title === 'string' ? ` (${title})` : '';
}
