import { isObject } from '../protocol/input.ts';
import type { Schema } from '../protocol/messages.ts';
import { DELETED_COLUMN, type Row, UPDATED_COLUMN } from '../stream.ts';
import { timeOf } from './times.ts';

/** The date-time fields below a schema: `time` where one stands, a tree where some stand deeper. */
type Times = readonly (readonly [field: string, below: 'time' | Times])[];

/** Hears of each column in which something stands where a time belongs, and is none. */
export type SeesOddTime = (column: string) => void;

/**
 * Compiles a schema into the function that cuts a row to its declared top-level fields (of those, to `selected` if given)
 * and writes times as `timeOf` says; what is not a time is null. The change columns are not the row's own and are skipped.
 */
export function rowShape(
  schema: Schema,
  selected?: ReadonlySet<string>,
  onOddTime: SeesOddTime = () => undefined,
): (row: Row) => Row {
  const fields = Object.entries(schema.properties ?? {})
    .filter(([field]) => field !== UPDATED_COLUMN && field !== DELETED_COLUMN && (selected?.has(field) ?? true))
    .map(([field, declared]) => ({
      field,
      times: timesIn(declared),
      onOdd: () => onOddTime(field),
    }));
  return (row) => {
    const shaped: { [field: string]: unknown } = {};
    for (const { field, times, onOdd } of fields) {
      const value = row[field];
      if (value !== undefined) shaped[field] = times === undefined ? value : withTimes(value, times, onOdd);
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

/** A value with its times written so that every destination takes them; the very same where they are already. */
function withTimes(value: unknown, times: 'time' | Times, onOdd: () => void): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => withTimes(item, times, onOdd));
  if (times === 'time') {
    const time = timeOf(value);
    if (time === undefined) onOdd();
    return time ?? null;
  }
  if (!isObject(value)) return value;
  let copy: { [field: string]: unknown } | undefined;
  for (const [field, below] of times) {
    if (!Object.hasOwn(value, field)) continue;
    const before = value[field];
    const written = withTimes(before, below, onOdd);
    if (written === before) continue;
    copy ??= { ...value };
    copy[field] = written;
  }
  return copy ?? value;
}
