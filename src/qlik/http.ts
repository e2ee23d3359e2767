import type { Dispatcher } from 'undici';
import type { AnswerLimits } from './answer-time.ts';
import { type Authentication, type Credentials, openAuthentication } from './authentication.ts';
import { TenantError } from './error.ts';
import type { Limiter } from './limiter.ts';
import type { Reachability } from './reachability.ts';
import { failureOf, type Kind, kindOfStatus } from './refusals.ts';
import { type Begin, type Patience, retrying } from './retry.ts';
import { retryAfterMs } from './retry-after.ts';
import { shortened } from './shortened.ts';
import { type Answer, type Question, send } from './transport.ts';

/** Parameters of a query; undefined ones are left out. */
export type Query = { readonly [name: string]: string | number | boolean | undefined };

/** One GET as its caller means it. */
export interface Reading<T> {
  readonly path: string;
  readonly query?: Query;
  /** Makes the result of the JSON that came; throws a `transient_error` for a shape that it cannot be, so that it is asked for again. */
  readonly parse: (json: unknown) => T;
  /** What a caller needs who is refused (403), in words: roles and scopes. */
  readonly needs?: string;
  /** Whether the tenant has just answered the like, an earlier page of a list: a 404 is then not its last word. */
  readonly hasWorked?: boolean;
}

export interface HttpOptions {
  /** The only host that is ever asked, such as `https://acme.us.qlikcloud.com`. */
  readonly origin: string;
  readonly credentials: Credentials;
  readonly dispatcher: Dispatcher;
  readonly limiter: Limiter;
  readonly patience: Patience;
  readonly limits: AnswerLimits;
  /** Learns whether the tenant answers. */
  readonly reach: Reachability;
  readonly stop: AbortSignal;
  readonly onToken: (token: string) => void;
  readonly onCall: (call: string) => void;
}

const MAX_REDIRECTS = 5;

/** Reading calls to one tenant over REST, with who may, how often and how long taken care of. */
export class Http {
  readonly #options: HttpOptions;
  /** Shared with whatever else speaks to the tenant. */
  readonly authentication: Authentication;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.authentication = openAuthentication(
      options.credentials,
      ({ path, ...question }, parse) => {
        const url = new URL(path, options.origin);
        return this.#asking(async () => parsed(url, await this.#ask({ ...question, url }), parse));
      },
      options.onToken,
    );
  }

  /** The JSON at a path, as `parse` makes it. Rejects with a `TenantError` that says what came back and what to do. */
  async get<T>(reading: Reading<T>): Promise<T> {
    const url = new URL(reading.path, this.#options.origin);
    for (const [name, value] of Object.entries(reading.query ?? {})) {
      // URLSearchParams writes the plus of a sort order as %2B; as it stands it would reach the tenant as a space.
      if (value !== undefined) url.searchParams.append(name, String(value));
    }
    for (let hasRenewed = false; ; hasRenewed = true) {
      const outcome = await this.#asking(async (begin) => {
        // Taken when it is this call's turn, since tokens end while calls wait.
        const token = await this.authentication.token();
        begin();
        const answer = await this.#follow(url, token, reading.needs).catch((error: unknown) => {
          throw reading.hasWorked ? mayPass(error) : error;
        });
        if (answer.status === 401) return { refusal: answer, token };
        this.authentication.accept(token);
        return { value: parsed(url, answer, reading.parse) };
      });
      if ('value' in outcome) return outcome.value;
      if (!this.authentication.renew(outcome.token, hasRenewed)) throw this.#refused(url, outcome.refusal);
    }
  }

  #asking<T>(call: (begin: Begin) => Promise<T>): Promise<T> {
    const { limiter, patience, stop, reach } = this.#options;
    return retrying(call, limiter, patience, stop, reach);
  }

  /** The answer behind redirects, which are asked for on the tenant, wherever they point: credentials go to no other host. */
  async #follow(url: URL, token: string, needs: string | undefined): Promise<Answer> {
    let at = url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await this.#ask({ method: 'GET', url: at, headers }, needs);
      if (answer.status < 300 || answer.status >= 400) return answer;
      at = redirected(at, answer);
    }
    throw new TenantError('config_error', `GET ${url.pathname} is redirected without end. Check tenant_url.`, {
      status: 302,
    });
  }

  /** One call. Resolves with a success, a redirect or a 401; rejects with everything else, explained. */
  async #ask(question: Question, needs?: string): Promise<Answer> {
    const { dispatcher, stop, limits, reach, onCall } = this.#options;
    onCall(`${question.method} ${question.url.pathname}`);
    const answer = await send(question, { dispatcher, stop, limits, hasAnswered: reach.hasAnswered });
    const credentialsAsked = question.method === 'POST' && [400, 401, 403].includes(answer.status);
    if (credentialsAsked) throw this.#refused(question.url, answer);
    if (answer.status < 400 || answer.status === 401) return answer;
    throw failed(question, answer, needs);
  }

  #refused(url: URL, answer: Answer): TenantError {
    const remedy =
      this.#options.credentials.type === 'api_key'
        ? 'The API key is wrong, expired or revoked, or belongs to another tenant: make a new one in Qlik Cloud and give it as api_key.'
        : 'The OAuth client was refused: check client_id, client_secret and scope, and that the client is of type Web with machine-to-machine allowed and consent Trusted.';
    const said = `${url.pathname} answered ${answer.status}${details(answer)}.`;
    return failureOf('unauthorised', said, { status: answer.status, remedy });
  }
}

/** Statuses that a proxy or a server on its way out answers now and then; redirects lead to a page to log in. */
const PASSING = new Set<number | undefined>([301, 302, 303, 307, 308, 404, 409, 421]);

/** The same failure; as one that a later try may not meet, if it is odd for what has worked before. */
function mayPass(error: unknown): unknown {
  if (!(error instanceof TenantError) || !PASSING.has(error.facts.status)) return error;
  return new TenantError(error.failureType, error.said, { ...error.facts, mayPass: true });
}

function parsed<T>(url: URL, { status, text, headers }: Answer, parse: (json: unknown) => T): T {
  if (status >= 300) {
    throw new TenantError(
      'config_error',
      `${url.pathname} answered ${status}, which no tenant does. Check tenant_url.`,
      {
        status,
      },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const kind = String(headers['content-type'] ?? 'no content type');
    throw new TenantError(
      'transient_error',
      `${url.pathname} answered ${status} with ${text.length} characters that are no JSON (${kind}). ` +
        'If this stays, check that tenant_url is a Qlik Cloud tenant and that no proxy answers in its place.',
      { status },
    );
  }
  return parse(json);
}

function failed({ method, url }: Question, answer: Answer, needs: string | undefined): TenantError {
  const { status } = answer;
  const came = `${method} ${url.pathname} answered ${status}${details(answer)}.`;
  const kind = kindOfStatus(status);
  return failureOf(kind, came, {
    status,
    remedy: (kind === 'denied' ? needs : undefined) ?? REMEDIES[kind],
    retryAfterMs: retryAfterMs(answer.headers['retry-after']),
  });
}

const REMEDIES: { readonly [kind in Kind]?: string } = {
  busy: 'Qlik limits the calls of a user: try later, or run fewer programs at a time.',
  transient: 'Qlik Cloud is in trouble: try later (status.qlikcloud.com).',
  denied: 'The credentials may not read this.',
  vanished: 'The tenant does not know this address: check tenant_url.',
  misunderstood: 'The tenant does not understand the connector. Please report this.',
};

/** Qlik's own words in an error body, of any of its shapes: code, title, detail, and the trace id that its support asks for. */
function details({ text }: Answer): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return '';
  }
  const { errors, error, error_description, traceId } = (body ?? {}) as { [field: string]: unknown };
  const { code, title, detail } = ((Array.isArray(errors) && errors[0]) || {}) as { [field: string]: unknown };
  const words = [code, title, detail, error, error_description, typeof traceId === 'string' && `trace ${traceId}`];
  const said = words.filter((word) => typeof word === 'string' && word !== '').join(', ');
  return said && ` (${shortened(said)})`;
}

/** Where a redirect leads, on the same origin: of the address that it names only path and query are used. */
function redirected(from: URL, { headers, status }: Answer): URL {
  const target = URL.parse(String(headers.location ?? ''), from);
  if (!target || (target.host !== from.host && !target.pathname.startsWith('/api/'))) {
    throw new TenantError(
      'config_error',
      `GET ${from.pathname} is redirected to ${target?.origin ?? 'no address'}, which is not the tenant. Check tenant_url.`,
      { status },
    );
  }
  // Put together as text, a path that begins with two slashes would name a host.
  const to = new URL(from.origin);
  to.pathname = target.pathname;
  to.search = target.search;
  return to;
}
