import type { Row, Schema } from '../../cdk/index.ts';

/** The fields of a row that hold fields of their own. */
export function nestedIn({ properties = {} }: Schema): string[] {
  return Object.entries(properties)
    .filter(([, { properties: own, items }]) => own ?? items?.properties)
    .map(([field]) => field);
}

/** What Qlik answers about the caller, and links of a thing to itself: fields, and below what they are that; true is anything. */
const PERSONAL = new Map<string, string | true>([
  ['actions', true],
  ['privileges', true],
  ['isFavorited', true],
  ['roles', 'meta'],
  ['self', 'links'],
]);

/** A row without what depends on who is asking. Undeclared fields are cut off elsewhere: only the `nested` ones need a look. */
export function impersonal(row: Row, nested: readonly string[]): Row {
  let copy: { [field: string]: unknown } | undefined;
  for (const field of nested) {
    if (!holdsPersonal(row[field], field)) continue;
    copy ??= { ...row };
    copy[field] = withoutPersonal(row[field], field);
  }
  return copy ?? row;
}

/** Nothing of Qlik's goes deeper, and whatever walks through a row must come to an end. */
const DEEPEST = 100;

function isPersonal(field: string, holder: string): boolean {
  const below = PERSONAL.get(field);
  return below === true || below === holder;
}

/** Whether there is anything to strip, which is the exception: looking costs a fraction of a copy. */
function holdsPersonal(value: unknown, holder: string, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.some((item) => holdsPersonal(item, holder, depth + 1));
  for (const field in value) {
    if (isPersonal(field, holder)) return true;
    if (holdsPersonal((value as Row)[field], field, depth + 1)) return true;
  }
  return false;
}

function withoutPersonal(value: unknown, holder: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => withoutPersonal(item, holder, depth + 1));
  const kept = Object.entries(value).filter(([field]) => !isPersonal(field, holder));
  return Object.fromEntries(kept.map(([field, below]) => [field, withoutPersonal(below, field, depth + 1)]));
}
