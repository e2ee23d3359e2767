import { ConnectorError } from '../errors.ts';
import { isObject, readJsonFile } from './input.ts';
import type { JsonObject, Schema } from './messages.ts';
import { misspeltSettings } from './misspelt.ts';
import type { Secrets } from './secrets.ts';
import { violations } from './validation.ts';

/**
 * The user's settings from a file, valid by `schema`; every secret among them is masked from here on, also if the rest is wrong.
 * Throws a `config_error` that names each wrong field and what it should be, misspelt ones too: without a filter that was meant,
 * everything would be read.
 */
export async function readConfig(path: string, schema: Schema, secrets: Secrets): Promise<JsonObject> {
  const config = await readJsonFile(path, 'config');
  for (const secret of secretsIn(schema, config)) secrets.add(secret);
  if (!isObject(config)) {
    throw new ConnectorError('config_error', `The config file ${path} must hold a JSON object of settings.`);
  }
  const wrong = [...misspeltSettings(schema, config), ...(await violations(schema, config))];
  if (wrong.length > 0) {
    throw new ConnectorError('config_error', `The settings need a change: ${wrong.join('; ')}.`);
  }
  return config;
}

/** Settings that `schema` does not know: they are ignored. Those that begin with an underscore are Airbyte's own. */
export function unknownSettings(config: JsonObject, schema: Schema): string[] {
  const known = Object.keys(schema.properties ?? {});
  return Object.keys(config).filter((setting) => !known.includes(setting) && !setting.startsWith('_'));
}

/** Values that the schema marks as secret, in any option of a `oneOf`. */
function secretsIn(schema: Schema, value: unknown): string[] {
  if (schema.airbyte_secret === true) return typeof value === 'object' ? [] : [String(value)];
  const options = Array.isArray(schema.oneOf) ? (schema.oneOf as Schema[]) : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([field, declared]) =>
    isObject(value) && Object.hasOwn(value, field) ? secretsIn(declared, value[field]) : [],
  );
  return [...below, ...options.flatMap((option) => secretsIn(option, value))];
}
