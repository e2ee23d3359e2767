import { type Answer, type Call, refusal } from '../answer.ts';

/**
 * How a call fails. The first group takes the place of the answer, the second damages the list in it, the third what is
 * sent.
 */
export interface Failure {
  /** This status, with Qlik's error body; a code of `HTTP-<status>` unless given. */
  status?: number;
  headers?: Record<string, string>;
  code?: string;
  title?: string;
  /** Instead of the answer's body; a string is sent as it is. Without a status, under 200. */
  body?: unknown;
  /** The HTML of a log-in page, under 200. */
  html?: true;
  /** 302 to this address, or to what is made of the one asked for. */
  redirect?: string | ((asked: URL) => string);
  /** 400, as for a cursor that lives no longer; holds for calls with a cursor only. */
  expiredCursor?: true;

  /** The page links to itself; holds for calls with a cursor only. */
  repeatsCursor?: true;
  /** A list without rows, and without a next page. */
  empty?: true;
  /** A 200 that lacks its last row and says so in `errors[]`. */
  partial?: true;
  /** A data model whose tables and fields have no names. */
  keylessModel?: true;

  /** The connection is reset. */
  reset?: 'before headers' | 'in headers' | 'mid body';
  /** Half of the body, then the end of the connection. */
  halfBody?: true;
  /** Broken JSON under 200. */
  garbled?: true;
  /** Compressed, but cut off. */
  truncatedGzip?: true;
  /** No answer, ever. */
  silent?: true;
}

/** Which calls go wrong, how often, and how. */
export interface Fault extends Failure {
  /** A path, or an expression that the path with its query matches. */
  path: string | RegExp;
  method?: string;
  /** How many calls; all, unless given. */
  times?: number;
  /** Let that many calls pass first. */
  after?: number;
  /** Answer that much later; on its own, with nothing else wrong. */
  delayMs?: number;
}

/** Adds what can go wrong between a client and the REST API: refusals, damaged lists, broken connections, limits. */
export class Faults {
  /** The API key, and every token, is answered with 401. */
  refuseKey = false;
  /** As many calls in each window; the others are answered with 429 until it ends. */
  rateLimit: { callsPerWindow: number; windowMs: number; retryAfter?: string } | undefined;
  /** Takes each successful answer's text and gives what is sent in its place; bytes need not be UTF-8. */
  mutate: ((text: string, url: URL) => string | Buffer) | undefined;
  #faults: { fault: Fault; seen: number }[] = [];
  #forbidden = new Set<string>();
  #window = { endsMs: 0, calls: 0 };

  /** Adds a fault; the answer removes it. Of several that fit a call, the first holds. */
  add(fault: Fault): () => void {
    const entry = { fault, seen: 0 };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  /** Answers `/api/v1/<resource>` and what is below it with 403, the caller's own record apart; returns the way back. */
  forbid(resource: string): () => void {
    this.#forbidden.add(resource);
    return () => void this.#forbidden.delete(resource);
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#faults = [];
    this.#forbidden.clear();
    this.refuseKey = false;
    this.rateLimit = undefined;
    this.mutate = undefined;
  }

  /** The fault that holds for this call, if one does; counts it. */
  strike(method: string, url: URL): Fault | undefined {
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (!concerns(fault, method, url)) continue;
      const turn = entry.seen++ - (fault.after ?? 0);
      if (turn >= 0 && turn < (fault.times ?? Number.POSITIVE_INFINITY)) return fault;
    }
    return undefined;
  }

  /** The answer as `mutate` wants it. */
  mutated(answer: Answer, url: URL): Answer {
    if (!this.mutate || answer.status !== 200) return answer;
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '');
    return { ...answer, body: this.mutate(text, url) };
  }

  /** The 429 or 403 that a call gets, if it gets one. */
  refuse({ url, callerId }: Call): Answer | undefined {
    const [resource = '', id = ''] = url.pathname.split('/').slice(3);
    const isOwn = id === 'me' || id === callerId;
    if (this.#forbidden.has(resource) && !isOwn)
      return refusal(403, 'HTTP-403', 'Forbidden', { detail: 'Missing permission.' });
    if (!this.rateLimit) return undefined;
    const now = Date.now();
    if (now >= this.#window.endsMs) this.#window = { endsMs: now + this.rateLimit.windowMs, calls: 0 };
    if (++this.#window.calls <= this.rateLimit.callsPerWindow) return undefined;
    const seconds = Math.ceil((this.#window.endsMs - now) / 1000);
    return tooMany(this.rateLimit.retryAfter ?? String(seconds));
  }
}

/** The answer that a fault puts in the place of the real one, if it does so. */
export function replacement(fault: Fault, asked: URL): Answer | undefined {
  const headers = fault.headers ?? {};
  const { redirect } = fault;
  if (redirect) {
    const location = typeof redirect === 'string' ? redirect : redirect(asked);
    return { status: 302, headers: { ...headers, location } };
  }
  if (fault.html) {
    const body = '<!doctype html><html><head><title>Log in</title></head><body><form>Log in</form></body></html>';
    return { status: fault.status ?? 200, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body };
  }
  if (fault.expiredCursor) return refusal(400, 'HTTP-400', 'Bad request', { detail: 'The cursor has expired.' });
  if ('body' in fault) return { status: fault.status ?? 200, headers, body: fault.body };
  if (fault.status === undefined) return undefined;
  if (fault.status === 429) return { ...tooMany(), headers };
  const { body } = refusal(fault.status, fault.code ?? `HTTP-${fault.status}`, fault.title ?? 'Something went wrong');
  return { status: fault.status, headers, body };
}

/** The answer with a list in it that is not as it should be. */
export function spoiled(answer: Answer, fault: Fault, call: Call): Answer {
  const { data, links, ...rest } = answer.body as { data: unknown[]; links?: { self: object } };
  if (fault.empty) return { ...answer, body: { ...rest, data: [], links: links && { self: links.self } } };
  if (fault.repeatsCursor)
    return { ...answer, body: { ...rest, data, links: { ...links, next: { href: call.url.href } } } };
  const errors = [{ code: 'DCERROR-502', title: 'Some connections could not be read', status: 502 }];
  if (fault.keylessModel) return { ...answer, body: { ...rest, tables: [{}], fields: [{}] } };
  if (fault.partial) return { ...answer, body: { ...rest, data: data.slice(0, -1), links, errors } };
  return answer;
}

function concerns({ path, method, expiredCursor, repeatsCursor }: Fault, calledBy: string, url: URL): boolean {
  if (method && method !== calledBy) return false;
  const hasCursor = CURSORS.some((name) => url.searchParams.has(name));
  if ((expiredCursor || repeatsCursor) && !hasCursor) return false;
  return typeof path === 'string'
    ? path === url.pathname
    : new RegExp(path, path.flags.replace(/[gy]/g, '')).test(url.pathname + url.search);
}

const CURSORS = ['next', 'prev', 'page', 'cursor', 'startingAfter', 'endingBefore'];

function tooMany(retryAfter?: string): Answer {
  const answer = refusal(429, 'HTTP-429', 'API rate limit reached.');
  return retryAfter === undefined ? answer : { ...answer, headers: { 'retry-after': retryAfter } };
}
