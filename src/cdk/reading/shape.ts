import { isObject } from '../protocol/input.ts';
import type { Schema } from '../protocol/messages.ts';
import { DELETED_COLUMN, type Row, UPDATED_COLUMN } from '../stream.ts';

/** The date-time fields below a schema: `time` where one stands, a tree where some stand deeper. */
type Times = readonly (readonly [field: string, below: 'time' | Times])[];

/**
 * Compiles a schema into the function that cuts a row to its declared top-level fields (of those, to `selected` if given)
 * and makes null of an empty string where a time belongs. The change columns are not the row's own and are skipped.
 */
export function rowShape(schema: Schema, selected?: ReadonlySet<string>): (row: Row) => Row {
  const fields = Object.entries(schema.properties ?? {})
    .filter(([field]) => field !== UPDATED_COLUMN && field !== DELETED_COLUMN && (selected?.has(field) ?? true))
    .map(([field, declared]) => ({ field, times: timesIn(declared) }));
  return (row) => {
    const shaped: { [field: string]: unknown } = {};
    for (const { field, times } of fields) {
      const value = row[field];
      if (value !== undefined) shaped[field] = times === undefined ? value : withoutEmptyTimes(value, times);
    }
    return shaped;
  };
}

function timesIn(schema: Schema): 'time' | Times | undefined {
  if (schema.format === 'date-time') return 'time';
  if (schema.items) return timesIn(schema.items);
  const deeper = Object.entries(schema.properties ?? {}).flatMap(([field, declared]) => {
    const below = timesIn(declared);
    return below === undefined ? [] : [[field, below] as const];
  });
  return deeper.length === 0 ? undefined : deeper;
}

function withoutEmptyTimes(value: unknown, times: 'time' | Times): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutEmptyTimes(item, times));
  if (times === 'time') return value === '' ? null : value;
  if (!isObject(value)) return value;
  const copy = { ...value };
  for (const [field, below] of times) {
    if (Object.hasOwn(copy, field)) copy[field] = withoutEmptyTimes(copy[field], below);
  }
  return copy;
}
