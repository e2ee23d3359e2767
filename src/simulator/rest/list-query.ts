import { type Answer, badParameter, type Call } from '../answer.ts';
import { type Cursor, readCursor } from './cursor.ts';
import type { Dials } from './dials.ts';
import type { ListEndpoint } from './list-endpoint.ts';

interface WithId {
  id: string;
}

/** The parameters that lead to the next page and to the one before. */
export interface CursorNames {
  forward: string;
  backward: string;
}

/** What a call asks of a list. */
export interface ListQuery<Row> {
  sort: string;
  /** Infinity for all rows. */
  limit: number;
  cursor: Cursor | undefined;
  /** None for a list without pages. */
  names: CursorNames | undefined;
  /** A row is listed if it passes all of them. */
  filters: ((row: Row) => boolean)[];
}

const OPPOSITE: Record<string, string> = { next: 'prev', startingAfter: 'endingBefore', endingBefore: 'startingAfter' };

/** What a call asks of a list, or the 400 for a call that asks what the list does not take. */
export function readQuery<Row extends WithId>(
  list: ListEndpoint<Row>,
  { url: { searchParams: asked }, callerId }: Call,
  dials: Dials,
): ListQuery<Row> | Answer {
  const names = cursorNames(list, dials);
  const bad = (parameter: string, detail: string) => badParameter(list.prefix, parameter, detail);
  const wrong = wrongParameter(list, asked, names, dials);
  if (wrong) return bad(wrong, `${wrong}: unknown, repeated or not one of its values`);
  const limit = readLimit(list, asked.get('limit'));
  if (limit === undefined) return bad('limit', `limit must be a whole number from 1 to ${list.limit?.max}`);
  const sort = asked.get('sort') ?? list.sorts[0] ?? '+id';
  if (asked.has('sort') && !list.sorts.includes(sort))
    return bad('sort', `sort must be one of ${list.sorts.join(', ')}`);
  const given = names ? (asked.get(names.forward) ?? asked.get(names.backward)) : null;
  const cursor = given === null ? undefined : readCursor(given, sort);
  if (names && given !== null && !cursor) return bad(names.forward, 'the cursor is not known, or no longer');
  const filters = readFilters(list, asked, callerId);
  if (typeof filters === 'string') return bad(filters, `${filters}: not one of its values`);
  return { sort, limit, cursor, names, filters };
}

function cursorNames({ cursor }: { cursor?: string }, { cursorParameter }: Dials): CursorNames | undefined {
  const forward = cursor && (cursorParameter ?? cursor);
  return forward ? { forward, backward: OPPOSITE[forward] ?? forward } : undefined;
}

function wrongParameter<Row extends WithId>(
  list: ListEndpoint<Row>,
  asked: URLSearchParams,
  cursors: CursorNames | undefined,
  dials: Dials,
): string | undefined {
  const known: Record<string, unknown> = { ...list.filters, ...list.unless, ...list.options };
  if (list.limit) known.limit = 'any';
  if (list.sorts.length) known.sort = 'any';
  if (list.total === 'totalResults') known.totalResults = ['true', 'false'];
  for (const cursor of Object.values(cursors ?? {})) known[cursor] = 'any';
  for (const [name, value] of asked) {
    const values = known[name];
    if (values === undefined && dials.unknownParameters === 'refuse') return name;
    if (Array.isArray(values) && !values.includes(value)) return name;
    if (asked.getAll(name).length > 1) return name;
  }
  return undefined;
}

function readLimit<Row extends WithId>({ limit }: ListEndpoint<Row>, text: string | null): number | undefined {
  if (!limit || text === null) return limit?.default ?? Number.POSITIVE_INFINITY;
  const wanted = /^\d+$/.test(text) ? Number(text) : 0;
  return wanted >= 1 && wanted <= limit.max ? wanted : undefined;
}

function readFilters<Row extends WithId>(list: ListEndpoint<Row>, asked: URLSearchParams, callerId: string) {
  const filters = list.where ? [list.where] : [];
  for (const [name, make] of Object.entries(list.filters ?? {})) {
    const value = asked.get(name);
    if (value === null) continue;
    const filter = make(value, callerId);
    if (!filter) return name;
    filters.push(filter);
  }
  for (const [name, filter] of Object.entries(list.unless ?? {})) if (asked.get(name) !== 'true') filters.push(filter);
  return filters;
}
