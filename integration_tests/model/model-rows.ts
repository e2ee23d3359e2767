import { keyOf } from '../support/destination.ts';
import type { Json } from '../support/messages.ts';

/** Rows by key, each as a text that is the same for the same content; the `_ab_cdc_` columns apart. */
export type Rows = ReadonlyMap<string, string>;

/** The rows of a table or of a truth, of their columns those that are selected; of a key that comes twice, the last. */
export function rowsByKey(
  rows: Iterable<Json>,
  primaryKey: readonly string[],
  selected?: ReadonlySet<string>,
): Map<string, string> {
  return new Map(Array.from(rows, (row) => [keyOf(row, primaryKey), contentOf(row, selected)]));
}

export function contentOf({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }: Json, selected?: ReadonlySet<string>) {
  const fields = Object.entries(row).filter(([field]) => selected?.has(field) ?? true);
  return JSON.stringify(sorted(Object.fromEntries(fields)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([field, below]) => [field, sorted(below)]));
}

/** The app in the key of a sheet or a chart. */
export function appIn(key: string): string {
  return (JSON.parse(key) as string[])[0] as string;
}

/** What has to be sent for a table to become another one. */
export function difference(before: Rows, after: Rows): { changed: Set<string>; gone: Set<string> } {
  return {
    changed: new Set(after.keys().filter((key) => before.get(key) !== after.get(key))),
    gone: new Set(before.keys().filter((key) => !after.has(key))),
  };
}

const SHOWN = 3;

/** Where two tables differ, in words, if they do. */
export function discrepancies(found: Rows, expected: Rows): string[] {
  const { changed, gone } = difference(found, expected);
  const all = [
    ...changed.values().map((key) => `${key} ${comparison(found.get(key), expected.get(key) as string)}`),
    ...gone.values().map((key) => `${key} should not be there: ${found.get(key)?.slice(0, 300)}`),
  ];
  return all.length > SHOWN ? [...all.slice(0, SHOWN), `and ${all.length - SHOWN} more rows`] : all;
}

function comparison(found: string | undefined, expected: string): string {
  if (found === undefined) return `is missing: ${expected.slice(0, 300)}`;
  const [one, other] = [JSON.parse(found), JSON.parse(expected)] as [Json, Json];
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  const differing = [...fields].filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
  const shown = differing.map((field) => `${field} is ${shortly(one[field])}, not ${shortly(other[field])}`);
  return shown.join('; ');
}

function shortly(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 120);
}
