import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Json, SchemaNode } from './schema-nodes.ts';

/**
 * Says what is wrong with the thing, or nothing. A rule is named after the one of Airbyte's connector acceptance tests that holds
 * it, and is never more lenient. title_and_description and cursor_of_incremental are in Airbyte's documentation only.
 */
export type Rule<T> = (thing: T) => string | false | undefined;

/** What holds for every schema, of settings and of rows. */
export const schemaRules: Record<string, Rule<SchemaNode>> = {
  defined_refs: ({ schema }) => '$ref' in schema && 'holds a $ref',
  additional_properties_is_true: ({ schema }) =>
    'additionalProperties' in schema && schema.additionalProperties !== true && 'additionalProperties is not true',
};

/** What all these things break of some rules, each as `rule: where: what`. */
export function broken<T>(rules: Record<string, Rule<T>>, things: T[], where: (thing: T) => string): string[] {
  return Object.entries(rules).flatMap(([rule, find]) =>
    things.flatMap((thing) => said(rule, where(thing), find(thing))),
  );
}

export function said(rule: string, where: string, what: string | false | undefined): string[] {
  return what ? [`${rule}: ${where}: ${what}`] : [];
}

export function repeated(values: unknown[]): string | undefined {
  const twice = values.filter((value, i) => values.indexOf(value) !== i);
  return twice.length > 0 ? `more than once: ${twice.join(', ')}` : undefined;
}

export function newAjv(): Ajv {
  return addFormats.default(new Ajv({ strict: false, allErrors: true }));
}

export function isDraft7(ajv: Ajv, schema: Json): boolean {
  return ajv.validateSchema({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' }) === true;
}
