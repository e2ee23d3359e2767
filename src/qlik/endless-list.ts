import { TenantError } from './error.ts';

/** A list may grow while it is read, and tell its length wrongly; not by that much. */
const ROWS_A_PROMISED_ROW = 10;
const ROWS_BEYOND = 1_000;
/** Pages in a row that may bring nothing new, beside as many as have brought something. */
const STALE_PAGES = 10;
/** Ten million rows: hours, at the pace that Qlik allows. */
const MOST_PAGES = 100_000;

/**
 * Notices that a list has no end, from the pages that have a next one. It throws where rows come that are more than ten times those
 * promised, and 1,000; where more pages in a row bring nothing new than ever brought something, and ten; and after 100,000 pages.
 * A page is stale if it is empty, or holds a row that an earlier page began with: only these are remembered. Rows that
 * move ahead while they are read come twice as well, but not more often than once.
 */
export class EndlessList {
  readonly #path: string;
  readonly #firstRows = new Set<string>();
  #promised: number | undefined;
  #rows = 0;
  #pages = 0;
  #freshPages = 0;
  #stalePages = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes a page that has a next one. `total` is the number of rows that it promises. */
  take(items: readonly unknown[], total: number | undefined): void {
    this.#pages += 1;
    this.#rows += items.length;
    // Some lists count the rows of each page.
    if (total !== undefined && total > items.length) this.#promised = Math.max(total, this.#promised ?? 0);
    if (this.#isStale(items)) this.#stalePages += 1;
    else {
      this.#freshPages += 1;
      this.#stalePages = 0;
    }
    const promised = this.#promised ?? Number.POSITIVE_INFINITY;
    if (this.#rows > promised * ROWS_A_PROMISED_ROW + ROWS_BEYOND)
      throw this.#endless(`${this.#rows} rows came where ${promised} were promised`);
    if (this.#stalePages > this.#freshPages + STALE_PAGES)
      throw this.#endless(`the last ${this.#stalePages} pages brought nothing new`);
    if (this.#pages > MOST_PAGES) throw this.#endless(`${this.#pages} pages came`);
  }

  #isStale(items: readonly unknown[]): boolean {
    const keys = items.map(keyOf);
    const [first] = keys;
    const isStale = first === undefined || keys.some((key) => this.#firstRows.has(key));
    if (first !== undefined) this.#firstRows.add(first);
    return isStale;
  }

  #endless(why: string): TenantError {
    const said = `GET ${this.#path} does not come to an end: ${why}.`;
    const remedy = 'Try again later; if this stays, please report it.';
    return new TenantError('transient_error', said, { status: 200, code: 'ENDLESS-LIST', remedy });
  }
}

/** What identifies a row of Qlik's lists. */
function keyOf(row: unknown): string {
  const { id, resourceId, qID } = row as { readonly [field: string]: unknown };
  const key = id ?? resourceId ?? qID;
  return typeof key === 'string' ? key : JSON.stringify(row);
}
