import { type Answer, badParameter, type Call } from '../answer.ts';
import type { Place, RowList } from '../data/row-list.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import type { Dials, ListEnd } from './dials.ts';

/** Whether a row passes; made once a call from the parameter's value. Undefined refuses the value. */
export type Filter<Row> = (value: string, callerId: string) => ((row: Row) => boolean) | undefined;

/** A list of Qlik's REST API: what it takes and how it pages. */
export interface ListEndpoint<Row extends { id: string }> {
  /** In front of its error codes. */
  prefix: string;
  rows: RowList<Row>;
  /** Without a default, a call without limit is answered with all rows at once. */
  limit: { default?: number; max: number };
  /** The first one is the default. */
  sorts: string[];
  cursor: string;
  end: ListEnd;
  total: 'totalResults' | 'meta' | 'none';
  filters: Record<string, Filter<Row>>;
  /** Parameters that do not choose rows: the values they take, if not any. */
  options?: Record<string, string[] | 'any'>;
  /** Holds whatever is asked. */
  where?: ((row: Row) => boolean) | undefined;
  /** Filters that hold unless the parameter is given. */
  unless?: Record<string, (row: Row) => boolean>;
  shape?: (row: Row, options: URLSearchParams) => object;
}

const OPPOSITE: Record<string, string> = { next: 'prev', startingAfter: 'endingBefore', endingBefore: 'startingAfter' };

/** Answers one page. */
export function answerList<Row extends { id: string }>(list: ListEndpoint<Row>, call: Call, dials: Dials): Answer {
  const asked = call.url.searchParams;
  const forward = dials.cursorParameter ?? list.cursor;
  const names = { forward, backward: OPPOSITE[forward] ?? forward };
  const bad = (parameter: string, detail: string) => badParameter(list.prefix, parameter, detail);

  const wrong = wrongParameter(list, asked, [names.forward, names.backward], dials);
  if (wrong) return bad(wrong, `${wrong}: unknown, repeated or not one of its values`);
  const limit = readLimit(list, asked.get('limit'));
  if (limit === undefined) return bad('limit', `limit must be a whole number from 1 to ${list.limit.max}`);
  const sort = asked.get('sort') ?? (list.sorts[0] as string);
  if (!list.sorts.includes(sort)) return bad('sort', `sort must be one of ${list.sorts.join(', ')}`);
  const given = asked.get(names.forward) ?? asked.get(names.backward);
  const cursor = given === null ? undefined : readCursor(given, sort);
  if (given !== null && !cursor) return bad(names.forward, 'the cursor is not known, or no longer');
  const filters = readFilters(list, asked, call.callerId);
  if (typeof filters === 'string') return bad(filters, `${filters}: not one of its values`);

  const passes = (row: Row) => filters.every((filter) => filter(row));
  const page = takePage(list, sort, limit, cursor, passes);
  const rows = page.taken.map(([, row]) => list.shape?.(row, asked) ?? row);
  return {
    status: 200,
    body: {
      [asked.get('dataName') ?? 'data']: rows,
      ...countRows(list, asked, passes, filters.length > 0),
      links: pageLinks({ list, call, dials, names, sort, page }),
    },
  };
}

interface TakenPage<Row> {
  taken: [Place, Row][];
  hasNext: boolean;
  hasPrevious: boolean;
}

function takePage<Row extends { id: string }>(
  list: ListEndpoint<Row>,
  sort: string,
  limit: number,
  cursor: Cursor | undefined,
  passes: (row: Row) => boolean,
): TakenPage<Row> {
  const field = sort.replace(/^[+-]/, '').replace(/^_id$/, 'id');
  const walk = list.rows.walk(field, sort.startsWith('-') ? -1 : 1, cursor);
  const taken: [Place, Row][] = [];
  let hasMore = false;
  for (const entry of walk) {
    if (!passes(entry[1])) continue;
    hasMore = taken.length === limit;
    if (hasMore) break;
    taken.push(entry);
  }
  if (!cursor?.backwards) return { taken, hasNext: hasMore, hasPrevious: cursor !== undefined };
  return { taken: taken.reverse(), hasNext: true, hasPrevious: hasMore };
}

function pageLinks<Row extends { id: string }>(facts: {
  list: ListEndpoint<Row>;
  call: Call;
  dials: Dials;
  names: { forward: string; backward: string };
  sort: string;
  page: TakenPage<Row>;
}) {
  const { list, call, dials, names, sort, page } = facts;
  const end = dials.endOfList ?? list.end;
  const nothing = { absent: undefined, emptyObject: {}, nullHref: { href: null }, emptyHref: { href: '' } }[end];
  const link = (name: string, place: Place | undefined, backwards: boolean) => {
    if (!place) return nothing;
    const url = new URL(call.url);
    for (const other of Object.values(names)) url.searchParams.delete(other);
    url.searchParams.set(name, writeCursor({ sort, place, backwards }));
    return { href: led(url, dials.pageLinks) };
  };
  const next = link(names.forward, page.hasNext ? page.taken.at(-1)?.[0] : undefined, false);
  const prev = link(names.backward, page.hasPrevious ? page.taken[0]?.[0] : undefined, true);
  return { self: { href: led(call.url, dials.pageLinks) }, ...(next && { next }), ...(prev && { prev }) };
}

function led(url: URL, where: Dials['pageLinks']): string {
  if (where === 'http') return `http://${url.host}${url.pathname}${url.search}`;
  if (where === 'otherHost') return `https://other-host.example.com${url.pathname}${url.search}`;
  if (where === 'withoutApi') return `${url.origin}${url.pathname.replace(/^\/api/, '')}${url.search}`;
  return url.href;
}

function wrongParameter<Row extends { id: string }>(
  list: ListEndpoint<Row>,
  asked: URLSearchParams,
  cursors: string[],
  dials: Dials,
): string | undefined {
  const known: Record<string, unknown> = { limit: 1, sort: 1, ...list.filters, ...list.unless, ...list.options };
  if (list.total === 'totalResults') known.totalResults = ['true', 'false'];
  for (const cursor of cursors) known[cursor] = 'any';
  for (const [name, value] of asked) {
    const values = known[name];
    if (values === undefined && dials.unknownParameters === 'refuse') return name;
    if (Array.isArray(values) && !values.includes(value)) return name;
    if (asked.getAll(name).length > 1) return name;
  }
  return undefined;
}

function readLimit<Row extends { id: string }>(list: ListEndpoint<Row>, text: string | null): number | undefined {
  if (text === null) return list.limit.default ?? Number.POSITIVE_INFINITY;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= list.limit.max ? limit : undefined;
}

function readFilters<Row extends { id: string }>(list: ListEndpoint<Row>, asked: URLSearchParams, callerId: string) {
  const filters = list.where ? [list.where] : [];
  for (const [name, make] of Object.entries(list.filters)) {
    const value = asked.get(name);
    if (value === null) continue;
    const filter = make(value, callerId);
    if (!filter) return name;
    filters.push(filter);
  }
  for (const [name, filter] of Object.entries(list.unless ?? {})) if (asked.get(name) !== 'true') filters.push(filter);
  return filters;
}

function countRows<Row extends { id: string }>(
  list: ListEndpoint<Row>,
  asked: URLSearchParams,
  passes: (row: Row) => boolean,
  isFiltered: boolean,
): object {
  if (list.total === 'none' || (list.total === 'totalResults' && asked.get('totalResults') !== 'true')) return {};
  const count = isFiltered ? [...list.rows.all()].filter(passes).length : list.rows.count;
  return list.total === 'meta' ? { meta: { count } } : { totalResults: count };
}
