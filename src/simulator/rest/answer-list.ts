import type { Answer, Call } from '../answer.ts';
import type { RowList } from '../data/row-list.ts';
import type { Dials } from './dials.ts';
import type { ListEndpoint } from './list-endpoint.ts';
import { pageLinks, takePage } from './list-page.ts';
import { readQuery } from './list-query.ts';

/**
 * Answers one page of a list (https://qlik.dev/apis/rest/pagination-sorting-filtering), or a 400 that says what is wrong with
 * the call.
 */
export function answerList<Row extends { id: string }>(
  list: ListEndpoint<Row>,
  rows: RowList<Row>,
  call: Call,
  dials: Dials,
): Answer {
  const query = readQuery(list, call, dials);
  if ('status' in query) return query;
  const { filters, names, sort } = query;
  const asked = call.url.searchParams;
  const count = () =>
    filters.length ? [...rows.all()].filter((row) => filters.every((passes) => passes(row))).length : rows.count;
  const page = takePage(rows, query, (row) => filters.every((passes) => passes(row)));
  const end = dials.endOfList ?? list.end ?? 'absent';
  return {
    status: 200,
    body: {
      [asked.get('dataName') ?? 'data']: page.taken.map(([, row]) => list.shape?.(row, asked) ?? row),
      ...total(list, asked, count),
      ...(names && { links: pageLinks(page, { call, dials, names, sort, end }) }),
    },
  };
}

function total({ total }: { total?: string }, asked: URLSearchParams, count: () => number): object {
  if (total === 'meta') return { meta: { count: count() } };
  return total === 'totalResults' && asked.get('totalResults') === 'true' ? { totalResults: count() } : {};
}
