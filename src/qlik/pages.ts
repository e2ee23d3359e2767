import { EndlessList } from './endless-list.ts';
import { TenantError } from './error.ts';
import type { Query, Reading } from './http.ts';
import { shortened } from './shortened.ts';

/** One list of the tenant. */
export interface List {
  readonly path: string;
  /** Where a tenant has the list that does not know the path yet. */
  readonly formerPath?: string;
  readonly query: Query;
  /** What a caller needs who is refused, in words: roles and scopes. */
  readonly needs: string;
  /** Whether something can be an item at all; whatever has no id but a text, unless given. */
  readonly isItem?: ((value: unknown) => boolean) | undefined;
  /** Whether it fails at once where the tenant admits gaps, since it may not be read to its end. */
  readonly mayEndEarly?: boolean;
  /** Takes the number of items to come, where the list states it. */
  readonly expect?: ((items: number) => void) | undefined;
}

/** Whatever asks the tenant for one answer. */
interface Reader {
  get<T>(reading: Reading<T>): Promise<T>;
}

/** The parameter under which a link carries its cursor; Qlik's lists do not agree on one. */
const CURSOR_PARAMETERS = ['next', 'page', 'cursor', 'startingAfter', 'endingBefore'];

interface ListPage<Item> {
  readonly items: Item[];
  readonly next: Query | undefined;
  readonly total: number | undefined;
  /** What the tenant says is missing, if it admits that its answer is partial. */
  readonly gaps: string | undefined;
}

/**
 * The items of a list, page by page, to its end; from its former path where the tenant does not know the path (404). A list whose
 * cursor the tenant refuses in the middle is begun once more.
 * Throws after the last page if the tenant said that its answer has gaps, and where pages come without end (`EndlessList`).
 */
export async function* pages<Item>(http: Reader, { formerPath, ...list }: List): AsyncGenerator<Item[]> {
  let isKnown = formerPath === undefined;
  try {
    for await (const page of pagesAtPath<Item>(http, list)) {
      isKnown = true;
      yield page;
    }
  } catch (error) {
    const isUnknown = !isKnown && error instanceof TenantError && error.facts.status === 404;
    if (!isUnknown || formerPath === undefined) throw error;
    yield* pagesAtPath<Item>(http, { ...list, path: formerPath });
  }
}

async function* pagesAtPath<Item>(http: Reader, list: List): AsyncGenerator<Item[]> {
  const { path, query: first, needs, expect } = list;
  const seen = new Set<string>();
  let guard = new EndlessList(path);
  let query: Query | undefined = first;
  let hasWorked = false;
  let mayRestart = true;
  let gaps: string | undefined;
  while (query) {
    let page: ListPage<Item>;
    try {
      page = await http.get({ path, query, needs, hasWorked, parse: (json) => listPage<Item>(list, json, seen) });
    } catch (error) {
      const cursorRefused = error instanceof TenantError && error.facts.status === 400 && query !== first;
      if (!cursorRefused || !mayRestart) throw error;
      mayRestart = false;
      seen.clear();
      guard = new EndlessList(path);
      gaps = undefined;
      query = first;
      continue;
    }
    hasWorked = true;
    if (page.total !== undefined) expect?.(page.total);
    if (list.mayEndEarly && page.gaps !== undefined) throw inPartOnly(path, page.gaps);
    if (page.next) guard.take(page.items, page.total);
    yield page.items;
    for (const cursor of Object.values(page.next ?? {})) seen.add(String(cursor));
    gaps ??= page.gaps;
    // Counting costs the tenant a query, and the first page stated the number.
    query = page.next && { ...first, totalResults: undefined, ...page.next };
  }
  if (gaps !== undefined) throw inPartOnly(path, gaps);
}

function inPartOnly(path: string, gaps: string): TenantError {
  return new TenantError('transient_error', `GET ${path} answered in part only: ${gaps}. Try again later.`, {
    status: 200,
  });
}

/** An answer of a list as Qlik documents it; what really comes may be anything. */
interface Envelope {
  readonly data?: unknown;
  readonly links?: { readonly next?: { readonly href?: unknown } | null } | null;
  readonly totalResults?: unknown;
  readonly meta?: { readonly count?: unknown } | null;
  readonly errors?: unknown;
}

function listPage<Item>({ path, isItem = hasNoOddId }: List, json: unknown, seen: ReadonlySet<string>): ListPage<Item> {
  const { data, links, totalResults, meta, errors } = (json ?? {}) as Envelope;
  if (!Array.isArray(data)) throw garbled(path, 'without the list that belongs there');
  if (!data.every(isItem)) throw garbled(path, 'with invalid items');
  const next = nextCursor(path, links?.next?.href);
  if (next && seen.has(String(Object.values(next)[0]))) throw garbled(path, 'with a link back to a page already read');
  const total = totalResults ?? meta?.count;
  return {
    items: data,
    next,
    total: isCount(total) ? total : undefined,
    gaps: Array.isArray(errors) && errors.length > 0 ? gapsInWords(errors) : undefined,
  };
}

/** The cursor in a link, to be asked for on the tenant: the link itself may name another host, plain http or a wrong path. */
function nextCursor(path: string, href: unknown): Query | undefined {
  if (typeof href !== 'string' || href === '') return undefined;
  const parameters = URL.parse(href, 'https://tenant.invalid')?.searchParams;
  for (const name of CURSOR_PARAMETERS) {
    const cursor = parameters?.get(name);
    if (cursor) return { [name]: cursor };
  }
  throw garbled(path, 'with a link to a next page that names no cursor');
}

function gapsInWords(errors: readonly unknown[]): string {
  const words = errors.map((error) => {
    const { code, title, detail } = (error ?? {}) as { [field: string]: unknown };
    return [code, title, detail].filter((word) => typeof word === 'string').join(' ');
  });
  return shortened(`${errors.length} errors, the first ${words[0] || 'without a reason'}`);
}

function garbled(path: string, fault: string): TenantError {
  return new TenantError('transient_error', `GET ${path} answered ${fault}. Try again later.`, { status: 200 });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Ids are texts: one of another type would make another row, and take the row before for deleted. */
function hasNoOddId(value: unknown): boolean {
  if (value === null) return false;
  const { id, resourceId, qID } = value as { [field: string]: unknown };
  return mayBeId(id) && mayBeId(resourceId) && mayBeId(qID);
}

function mayBeId(value: unknown): boolean {
  return typeof value === 'string' || value === undefined || value === null;
}
