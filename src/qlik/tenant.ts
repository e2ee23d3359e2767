import type { Dispatcher } from 'undici';
import { type Credentials, keyId } from './authentication.ts';
import { openConnection, proxyPasswords } from './connection.ts';
import { Http, type Reading } from './http.ts';
import { Limiter, QLIK_BUDGET } from './limiter.ts';
import { type List, pages } from './pages.ts';
import type { Patience } from './retry.ts';
import { tenantOrigin } from './tenant-url.ts';

/** What it takes to reach a tenant. */
export interface TenantSettings {
  /** As the user pasted it. */
  readonly tenantUrl: string;
  readonly credentials: Credentials;
  /** An authority to trust beside the system's, in PEM form. */
  readonly caCertificate?: string | undefined;
}

export interface TenantOptions {
  /** How long trouble is borne; a sync's by default. */
  readonly patience?: Patience;
  /** Items a page, at most Qlik's own 100. */
  readonly pageSize?: number;
  readonly stop: AbortSignal;
  /** Sees each value that no output may show. */
  readonly onSecret: (value: string) => void;
  /** Sees the Unix time in milliseconds until which all calls wait. */
  readonly onWait: (untilMs: number) => void;
  readonly onCall: () => void;
}

const SYNC_PATIENCE: Patience = { retryMs: 120_000, pauseMs: Number.POSITIVE_INFINITY };
const QLIK_PAGE_SIZE = 100;

/** A Qlik Cloud tenant: the only door to Qlik. It can be read and nothing else. */
export class Tenant implements AsyncDisposable {
  /** Such as `https://acme.us.qlikcloud.com`. */
  readonly origin: string;
  /** The API key in use, if it is one, and its id, if the key tells it. */
  readonly apiKey: { readonly id: string | undefined } | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #http: Http;
  readonly #pageSize: number;

  /** Throws a `config_error` for settings that cannot be right; nothing is sent yet. */
  constructor(settings: TenantSettings, options: TenantOptions) {
    this.origin = tenantOrigin(settings.tenantUrl);
    const { credentials } = settings;
    this.apiKey = credentials.type === 'api_key' ? { id: keyId(credentials.apiKey) } : undefined;
    this.#pageSize = options.pageSize ?? QLIK_PAGE_SIZE;
    for (const password of proxyPasswords()) options.onSecret(password);
    this.#dispatcher = openConnection(settings.caCertificate);
    this.#http = new Http({
      origin: this.origin,
      credentials,
      dispatcher: this.#dispatcher,
      limiter: new Limiter(QLIK_BUDGET, options.onWait),
      patience: options.patience ?? SYNC_PATIENCE,
      stop: options.stop,
      onToken: options.onSecret,
      onCall: options.onCall,
    });
  }

  /** One JSON answer. Rejects with a `TenantError`. */
  get<T>(reading: Reading<T>): Promise<T> {
    return this.#http.get(reading);
  }

  /** The items of a list, page by page. Throws a `TenantError`, after the last page also if the tenant admits gaps. */
  pages<Item>(list: List): AsyncGenerator<Item[]> {
    return pages(this.#http, { ...list, query: { limit: this.#pageSize, ...list.query } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.destroy();
  }
}
