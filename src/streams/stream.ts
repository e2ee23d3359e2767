import type { Reason } from '../cdk/errors.ts';
import type { Schema } from '../cdk/messages.ts';
import type { Contents, ListStream, PartitionStream, Row, Section, StreamFacts } from '../cdk/stream.ts';
import type { Tenant } from '../qlik/tenant.ts';
import type { Visit } from '../qlik/visit.ts';

/** A stream as its file declares it; the schema comes as the JSON file holds it. */
interface Declared extends Omit<StreamFacts, 'schema'> {
  readonly schema: object;
}

/** Declares a stream that is read once a tenant; `Item` is its row. Rows never hold what depends on who is asking. */
export function tenantStream<Item extends object>(
  declared: Declared & {
    read(
      tenant: Tenant,
      expect: (rows: number) => void,
      leaveOut?: (item: Item, reason: Reason) => void,
    ): AsyncIterable<readonly Item[]>;
  },
): ListStream<Tenant> {
  const schema = declared.schema as Schema;
  const nested = Object.entries(schema.properties ?? {})
    .filter(([, { properties, items }]) => properties ?? items?.properties)
    .map(([field]) => field);
  return {
    ...declared,
    schema,
    async *read(tenant, expect, leaveOut) {
      for await (const items of declared.read(tenant, expect, leaveOut as (item: Item, reason: Reason) => void))
        yield items.map((item) => impersonal(item as Row, nested));
    },
  };
}

/** What an app holds for one stream; `Item` is a row. */
interface AppContents<Item> extends Omit<Contents, 'sections'> {
  readonly sections: readonly (Omit<Section, 'read'> & { read(): Promise<readonly Item[]> })[];
}

/** Declares a stream that is read once an app; `Item` is its row. */
export function appStream<Item extends object>(
  declared: Declared & { readPartition(visit: Visit): Promise<AppContents<Item>> },
): PartitionStream<Visit> {
  return { ...declared, schema: declared.schema as Schema } as PartitionStream<Visit>;
}

/** What Qlik answers about the caller, wherever it stands, and links of a thing to itself. */
const PERSONAL = new Set(['actions', 'privileges', 'isFavorited']);
const PERSONAL_BELOW = new Map([
  ['meta', 'roles'],
  ['links', 'self'],
]);

/** Undeclared top-level fields are cut off elsewhere, so that only the `nested` ones need a look. */
function impersonal(row: Row, nested: readonly string[]): Row {
  let copy: { [field: string]: unknown } | undefined;
  for (const field of nested) {
    const stripped = withoutPersonal(row[field], field);
    if (stripped === row[field]) continue;
    copy ??= { ...row };
    copy[field] = stripped;
  }
  return copy ?? row;
}

/** Nothing of Qlik's goes deeper, and whatever walks through a row must come to an end. */
const DEEPEST = 100;

/** The value itself where there is nothing to strip, which is the rule. */
function withoutPersonal(value: unknown, holder: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutPersonal(item, holder, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const fields = Object.entries(value);
  const kept = fields.filter(([field]) => !PERSONAL.has(field) && PERSONAL_BELOW.get(holder) !== field);
  const stripped = kept.map(([field, below]) => [field, withoutPersonal(below, field, depth + 1)] as const);
  const same = stripped.length === fields.length && stripped.every(([, below], index) => below === fields[index]?.[1]);
  return same ? value : Object.fromEntries(stripped);
}
