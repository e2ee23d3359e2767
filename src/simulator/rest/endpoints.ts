import { type Answer, type Call, found, notFound, refusal } from '../answer.ts';
import type { RowList } from '../data/row-list.ts';
import { answerList } from './answer-list.ts';
import type { Dials } from './dials.ts';
import * as lists from './lists.ts';
import type { Asked, Known, RestList } from './rest-list.ts';
import { type Endpoint, singles } from './singles.ts';

/** Where nearly all of it is. */
const ROOT = '/api/v1/';

interface Row {
  id: string;
}

/** A list with the rows that it has now. */
interface FilledList {
  list: RestList<Row>;
  rows: RowList<Row>;
}

/** The rows of every list. */
type Rows = { readonly [Name in keyof typeof lists]: RowList<Row> };

/** The tenant's REST API, as https://qlik.dev/apis/rest/ has it, for callers who may see everything. */
export class Endpoints {
  #known: Known;
  #dials: Dials;
  #endpoints: Record<string, Endpoint>;

  constructor(tenant: Known & Rows, dials: Dials) {
    this.#known = tenant;
    this.#dials = dials;
    const ofSingles = Object.entries(singles).map(([path, endpoint]) => [ROOT + path, endpoint]);
    this.#endpoints = { ...listEndpoints(tenant), ...Object.fromEntries(ofSingles) };
  }

  /** Which endpoint a path belongs to: `/api/v1/users/{id}` for any user. Undefined if there is none. */
  match(path: string): string | undefined {
    return this.#find(path)?.name;
  }

  /** Answers a call that may be made. */
  answer(call: Call): Answer {
    const endpoint = this.#find(call.url.pathname);
    if (!endpoint) return notFound();
    if (call.method !== 'GET') return refusal(405, 'HTTP-405', 'Method not allowed');
    const { plan, users, spaces, itemOfApp } = this.#known;
    return endpoint.run({ plan, users, spaces, itemOfApp, call, id: endpoint.id, dials: this.#dials });
  }

  #find(path: string): { name: string; id: string; run: Endpoint } | undefined {
    const [, api, root, parent, id = '', ...below] = path.split('/');
    for (const name of [path, ['', api, root, parent, '{id}', ...below].join('/')]) {
      const run = Object.hasOwn(this.#endpoints, name) ? this.#endpoints[name] : undefined;
      if (run) return { name, id, run };
    }
    return undefined;
  }
}

/** The endpoints of all lists, and of their rows, by path. */
function listEndpoints(tenant: Rows): Record<string, Endpoint> {
  // Each list takes rows of its own type; here they are all but rows with an id.
  const filled = Object.entries(lists as unknown as Record<keyof Rows, RestList<Row>>).map(([name, list]) => ({
    list,
    rows: tenant[name as keyof Rows],
  }));
  const endpoints: Record<string, Endpoint> = {};
  for (const [path, those] of Map.groupBy(filled, ({ list }) => list.path)) {
    const others = those.flatMap(({ list }) => list.alsoAt ?? []);
    for (const place of [ROOT + path, ...others]) endpoints[place] = (asked) => answerOneOf(those, asked);
    if (those.some(({ list }) => list.one)) endpoints[`${ROOT}${path}/{id}`] = (asked) => answerRow(those, asked);
  }
  return endpoints;
}

function answerOneOf(those: FilledList[], asked: Asked): Answer {
  const isTrue = (parameter?: string) =>
    parameter !== undefined && asked.call.url.searchParams.get(parameter) === 'true';
  const wanted = those.find(({ list }) => isTrue(list.when)) ?? those.find(({ list }) => !list.when);
  if (!wanted) return notFound();
  const { list, rows } = wanted;
  return list.refuse?.(asked) ?? answerList(list.endpoint(asked), rows, asked.call, asked.dials);
}

function answerRow(those: FilledList[], asked: Asked): Answer {
  for (const { list, rows } of those) {
    const row = rows.get(asked.id);
    if (row) return found(list.endpoint(asked).prefix, list.one?.(row, asked));
  }
  return notFound(those[0]?.list.endpoint(asked).prefix);
}
