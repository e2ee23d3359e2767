import { TenantError } from './error.ts';
import type { Question } from './transport.ts';

/** How the connector shows who it is. */
export type Credentials =
  | { readonly type: 'api_key'; readonly apiKey: string }
  | {
      readonly type: 'oauth2_client_credentials';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string | undefined;
    };

/** Where the bearer token of a call comes from. */
export interface Authentication {
  token(): Promise<string>;
  /** The tenant has taken a token. */
  accept(token: string): void;
  /**
   * Whether it is worth asking again with `token()`, now that the tenant has refused `refused`: once, and then as often as it
   * refuses a token that it has taken before.
   */
  renew(refused: string, hasRenewed: boolean): boolean;
}

/**
 * An API key is the token itself; an OAuth client fetches one, uses it for all calls, and renews it before its end.
 * `ask` puts a question to the tenant and tries again while time may mend what fails; `onToken` sees each token fetched.
 */
export function openAuthentication(
  credentials: Credentials,
  ask: <T>(question: Omit<Question, 'url'> & { path: string }, parse: (json: unknown) => T) => Promise<T>,
  onToken: (token: string) => void,
): Authentication {
  if (credentials.type === 'api_key') {
    return { token: async () => sendable(credentials.apiKey), accept: () => {}, renew: () => false };
  }
  let current: { token: string; staleAt: number } | undefined;
  let fetching: Promise<string> | undefined;
  // An answer to an earlier token may come after one to a later.
  const accepted = new Set<string>();

  async function fetchToken(): Promise<string> {
    const { clientId, clientSecret, scope } = credentials as Credentials & { type: 'oauth2_client_credentials' };
    const body = JSON.stringify({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      ...(scope && { scope }),
    });
    const headers = { 'content-type': 'application/json' };
    const fetched = await ask({ method: 'POST', path: '/oauth/token', headers, body }, readToken);
    onToken(fetched.token);
    current = { token: fetched.token, staleAt: performance.now() + fetched.lifeMs - renewalMarginMs(fetched.lifeMs) };
    return fetched.token;
  }

  return {
    async token() {
      if (current && performance.now() < current.staleAt) return current.token;
      // One fetch serves everyone who waits for it.
      fetching ??= fetchToken()
        .catch(borne)
        .finally(() => {
          fetching = undefined;
        });
      return fetching;
    },
    accept(token) {
      accepted.add(token);
    },
    renew(refused, hasRenewed) {
      if (hasRenewed && !accepted.has(refused)) return false;
      if (current?.token === refused) current = undefined;
      return true;
    },
  };
}

/** Rejects with a failure that whoever needs the token does not try again: that has been done. */
function borne(error: unknown): never {
  if (!(error instanceof TenantError)) throw error;
  throw new TenantError(error.failureType, error.said, { ...error.facts, borne: true, cause: error });
}

const LONGEST_MARGIN_MS = 300_000;

/** Five minutes for the usual six hours, less for tokens that hardly live. */
function renewalMarginMs(lifeMs: number): number {
  return Math.min(LONGEST_MARGIN_MS, lifeMs / 5);
}

/** The token and its life in milliseconds. Without `expires_in` and `expires_at` it lives an hour. */
function readToken(json: unknown): { token: string; lifeMs: number } {
  const { access_token, expires_in, expires_at } = (json ?? {}) as { [field: string]: unknown };
  if (typeof access_token !== 'string' || access_token === '') {
    throw new TenantError('transient_error', '/oauth/token answered without an access_token. Try again later.', {
      status: 200,
    });
  }
  const untilEndMs = typeof expires_at === 'string' ? Date.parse(expires_at) - Date.now() : Number.NaN;
  const statedMs = typeof expires_in === 'object' ? Number.NaN : Number(expires_in) * 1_000;
  const lives = [statedMs, untilEndMs].filter((lifeMs) => lifeMs > 0);
  return { token: access_token, lifeMs: lives[0] ?? 3_600_000 };
}

/** The key itself. Throws a `config_error` if it holds what no header may, such as a line break from a form or a mail. */
function sendable(apiKey: string): string {
  if (/^[\x20-\x7e]+$/.test(apiKey)) return apiKey;
  throw new TenantError(
    'config_error',
    'api_key holds characters that no key has, such as a line break: copy it again as Qlik showed it.',
    { refusal: 'unauthorised' },
  );
}

/** The id of an API key, which Qlik makes as a JWT that holds it as `jti`; undefined for a key that is none. */
export function keyId(apiKey: string): string | undefined {
  try {
    const { jti } = JSON.parse(Buffer.from(apiKey.split('.')[1] ?? '', 'base64url').toString());
    return typeof jti === 'string' ? jti : undefined;
  } catch {
    return undefined;
  }
}
