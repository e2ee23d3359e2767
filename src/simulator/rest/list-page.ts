import type { Call } from '../answer.ts';
import type { Place, RowList } from '../data/row-list.ts';
import { writeCursor } from './cursor.ts';
import type { Dials, ListEnd } from './dials.ts';
import type { CursorNames, ListQuery } from './list-query.ts';

/** The rows of one page, each with its place, and whether there are others before and after. */
export interface ListPage<Row> {
  taken: [Place, Row][];
  hasNext: boolean;
  hasPrevious: boolean;
}

/** Takes the rows of the page that is asked for. */
export function takePage<Row extends { id: string }>(
  rows: RowList<Row>,
  { sort, limit, cursor }: ListQuery<Row>,
  passes: (row: Row) => boolean,
): ListPage<Row> {
  const field = sort.replace(/^[+-]/, '').replace(/^_id$/, 'id');
  const taken: [Place, Row][] = [];
  let hasMore = false;
  for (const entry of rows.walk(field, sort.startsWith('-') ? -1 : 1, cursor)) {
    if (!passes(entry[1])) continue;
    hasMore = taken.length === limit;
    if (hasMore) break;
    taken.push(entry);
  }
  if (!cursor?.backwards) return { taken, hasNext: hasMore, hasPrevious: cursor !== undefined };
  return { taken: taken.reverse(), hasNext: true, hasPrevious: hasMore };
}

/** The links to a page and to those beside it. */
export function pageLinks<Row>(
  { taken, hasNext, hasPrevious }: ListPage<Row>,
  { call, dials, names, sort, end }: { call: Call; dials: Dials; names: CursorNames; sort: string; end: ListEnd },
): object {
  const nothing = { absent: undefined, emptyObject: {}, nullHref: { href: null }, emptyHref: { href: '' } }[end];
  const link = (name: string, place: Place | undefined, backwards: boolean) => {
    if (!place) return nothing;
    const url = new URL(call.url);
    for (const other of Object.values(names)) url.searchParams.delete(other);
    url.searchParams.set(name, writeCursor({ sort, place, backwards }));
    return { href: linkTo(url, dials.pageLinks) };
  };
  const next = link(names.forward, hasNext ? taken.at(-1)?.[0] : undefined, false);
  const prev = link(names.backward, hasPrevious ? taken[0]?.[0] : undefined, true);
  return { self: { href: linkTo(call.url, dials.pageLinks) }, ...(next && { next }), ...(prev && { prev }) };
}

function linkTo(url: URL, where: Dials['pageLinks']): string {
  if (where === 'http') return `http://${url.host}${url.pathname}${url.search}`;
  if (where === 'otherHost') return `https://other-host.example.com${url.pathname}${url.search}`;
  if (where === 'withoutApi') return `${url.origin}${url.pathname.replace(/^\/api/, '')}${url.search}`;
  return url.href;
}
