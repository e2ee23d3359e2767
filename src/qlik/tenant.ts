import type { Dispatcher } from 'undici';
import { ANSWER_LIMITS } from './answer-time.ts';
import { type Admission, type AppScope, admission, type Setting } from './app-scope.ts';
import { type Credentials, keyId } from './authentication.ts';
import { openConnection, proxyPasswords } from './connection.ts';
import { dataModelOf } from './data-model.ts';
import { Engine } from './engine.ts';
import type { EngineTimeouts } from './engine-socket.ts';
import { TenantError } from './error.ts';
import { Http, type Reading } from './http.ts';
import { Limiter, QLIK_BUDGET } from './limiter.ts';
import { type List, pages } from './pages.ts';
import { GONE_MS, Reachability } from './reachability.ts';
import { reload, reloads } from './reloads.ts';
import type { Patience } from './retry.ts';
import { SpaceVisit } from './space-visit.ts';
import { tenantOrigin } from './tenant-url.ts';
import { type TenantApp, Visit, type VisitOptions } from './visit.ts';

/** What it takes to reach a tenant. */
export interface TenantSettings {
  /** As the user pasted it. */
  readonly tenantUrl: string;
  readonly credentials: Credentials;
  /** An authority to trust beside the system's, in PEM form. */
  readonly caCertificate?: string | undefined;
  readonly scope: AppScope;
}

export interface TenantOptions {
  /** How long trouble is borne; a sync's by default. */
  readonly patience?: Patience;
  /** Items a page, at most Qlik's own 100. */
  readonly pageSize?: number;
  /** How long an answer over REST may take to begin, and the time over which its pace is judged; a minute by default. */
  readonly responseMs?: number;
  /** How long an answer over REST may take in all; ten minutes by default. */
  readonly answerMs?: number;
  /** How long the tenant, or its engine, may not be reached by any call until it counts as gone; two minutes by default. */
  readonly goneMs?: number;
  /** How long each step of a visit may take; the usual times by default. */
  readonly engineTimeouts?: EngineTimeouts;
  readonly stop: AbortSignal;
  /** Sees each value that no output may show. */
  readonly onSecret: (value: string) => void;
  /** Sees the Unix time in milliseconds until which all calls of a kind wait. */
  readonly onWait: (untilMs: number, kind: 'rest' | 'engine') => void;
  /** Sees each call to the tenant, in words. */
  readonly onCall: (call: string) => void;
  /** Sees that the tenant, or its engine, has answered. */
  readonly onAnswer?: () => void;
  /** Hears what is odd and no failure. */
  readonly onWarning: (message: string) => void;
}

/** An item of the tenant's catalogue that stands for an app; it has more fields than are named here. */
export interface AppItem {
  /** The item's own id, not the app's. */
  readonly id?: string | null;
  readonly resourceId?: string | null;
  readonly name?: string | null;
  readonly spaceId?: string | null;
}

interface AppListing<Item> {
  /** What a caller needs who is refused, in words. */
  readonly needs: string;
  readonly expect?: (items: number) => void;
  /** Sees each item that is not wanted, and the setting that keeps it out. */
  readonly skip?: ((item: Item, setting: Setting) => void) | undefined;
  readonly limit?: number;
}

const SYNC_PATIENCE: Patience = { retryMs: 120_000, pauseMs: Number.POSITIVE_INFINITY };
const QLIK_PAGE_SIZE = 100;

const TENANT_GONE =
  'Nothing more was asked. Look at the network, the proxy and status.qlikcloud.com, and sync again: it goes on where this one has ended.';

/** A Qlik Cloud tenant: the only door to Qlik. It can be read and nothing else. */
export class Tenant implements AsyncDisposable {
  /** Such as `https://acme.us.qlikcloud.com`. */
  readonly origin: string;
  /** The API key in use, if it is one, and its id, if the key holds it. */
  readonly apiKey: { readonly id: string | undefined } | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #http: Http;
  readonly #engine: Engine;
  readonly #listedTypes: VisitOptions['listedTypes'] = new Set();
  readonly #settings: TenantSettings;
  readonly #options: TenantOptions;
  #admission: Promise<Admission> | undefined;

  /** Throws a `config_error` for settings that cannot be right; nothing is sent yet. */
  constructor(settings: TenantSettings, options: TenantOptions) {
    const { onSecret, onWait, onCall, onAnswer, goneMs = GONE_MS } = options;
    const { credentials } = settings;
    this.origin = tenantOrigin(settings.tenantUrl);
    this.apiKey = credentials.type === 'api_key' ? { id: keyId(credentials.apiKey) } : undefined;
    this.#settings = settings;
    this.#options = options;
    for (const password of proxyPasswords()) onSecret(password);
    const { responseMs = ANSWER_LIMITS.responseMs, answerMs = ANSWER_LIMITS.answerMs } = options;
    this.#dispatcher = openConnection({ origin: this.origin, caCertificate: settings.caCertificate, responseMs });
    const reach = new Reachability({ name: this.origin, goneMs, remedy: TENANT_GONE, onAnswer });
    const stop = AbortSignal.any([options.stop, reach.gone]);
    this.#http = new Http({
      origin: this.origin,
      credentials,
      dispatcher: this.#dispatcher,
      limiter: new Limiter(QLIK_BUDGET, (untilMs) => onWait(untilMs, 'rest')),
      patience: this.#patience,
      limits: { ...ANSWER_LIMITS, responseMs, answerMs },
      reach,
      stop,
      onToken: onSecret,
      onCall,
    });
    this.#engine = new Engine({
      origin: this.origin,
      authentication: this.#http.authentication,
      dispatcher: this.#dispatcher,
      timeouts: options.engineTimeouts,
      goneMs,
      tenantReach: reach,
      stop,
      onWait: (untilMs) => onWait(untilMs, 'engine'),
      onCall,
      onAnswer,
    });
  }

  /** The tenant's own id; undefined if the caller may not know it. Rejects with a `TenantError`. */
  async id(): Promise<string | undefined> {
    // What keeps the lists from being read too is better reported at once: a token that cannot be fetched, for instance.
    await this.#http.authentication.token();
    try {
      return await this.get({ path: '/api/v1/tenants/me', parse: tenantId });
    } catch (error) {
      const { failureType, facts } = error instanceof TenantError ? error : {};
      const isOwn = failureType !== 'transient_error' && facts?.refusal !== 'unauthorised';
      if (isOwn && (facts?.status ?? 0) >= 400) return undefined;
      throw error;
    }
  }

  /** One JSON answer. Rejects with a `TenantError`. */
  get<T>(reading: Reading<T>): Promise<T> {
    return this.#http.get(reading);
  }

  /** The items of a list, page by page. Throws a `TenantError`, after the last page also if the tenant admits gaps. */
  pages<Item>(list: List): AsyncGenerator<Item[]> {
    const limit = this.#options.pageSize ?? QLIK_PAGE_SIZE;
    return pages(this.#http, { ...list, query: { limit, ...list.query } });
  }

  /** Items of the apps that the user wants to see, page by page. A `limit` asks for another size of page than usual. */
  async *appItems<Item extends AppItem>({ needs, expect, skip, limit }: AppListing<Item>): AsyncGenerator<Item[]> {
    this.#admission ??= admission(this.#settings.scope, () => this.#spaces(), this.#options.onWarning);
    const keptOutBy = await this.#admission;
    const list = this.pages<Item>({
      path: '/api/v1/items',
      query: { resourceType: 'app', sort: '+createdAt', noActions: true, ...(limit && { limit }) },
      needs,
      expect,
    });
    for await (const items of list) {
      yield items.filter((item) => {
        const setting = keptOutBy(item.spaceId);
        if (setting) skip?.(item, setting);
        return setting === undefined;
      });
    }
  }

  /**
   * Reloads of all apps or of one, page by page, the last first. Throws a `TenantError`, a refusal where all may not be asked for,
   * which ends with what the caller `needs`.
   */
  reloads<Item>(needs: string, app?: string): AsyncGenerator<Item[]> {
    return reloads(this, needs, app);
  }

  /** One reload; undefined if the tenant no longer keeps it. Rejects with a `TenantError`. */
  reload<Item>(id: string): Promise<Item | undefined> {
    return reload(this, id);
  }

  /** Whether the settings choose no apps among those that there are. */
  get wantsAllApps(): boolean {
    const { includeSpaces, excludeSpaces, includePersonalApps } = this.#settings.scope;
    return includePersonalApps && includeSpaces.length + excludeSpaces.length === 0;
  }

  /** A visit to one app. Its session is opened by the first question. */
  visit(app: TenantApp): Visit {
    return new Visit(
      { ...app, origin: this.origin },
      {
        open: (leave, begin) => this.#engine.open(app.id, leave, begin),
        renew: (token) => this.#http.authentication.renew(token, false),
        readDataModel: () => dataModelOf(app, this.#http),
        listedTypes: this.#listedTypes,
        gate: this.#engine.gate,
        reach: this.#engine.reach,
        patience: this.#patience,
        stop: this.#engine.stop,
      },
    );
  }

  /** A visit to one space. */
  visitSpace(id: string): SpaceVisit {
    return new SpaceVisit(id, this);
  }

  /** Throws a `config_error` if several apps were asked for and not one session began. */
  proveEngine(): void {
    this.#engine.prove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.destroy();
  }

  get #patience(): Patience {
    return this.#options.patience ?? SYNC_PATIENCE;
  }

  async #spaces() {
    const needs =
      'Choosing apps by include_spaces or exclude_spaces requires the list of spaces, and so the role Tenant Admin; an OAuth client needs the scope admin.spaces:read or admin_classic.';
    const spaces = await Array.fromAsync(
      this.pages<{ id?: string; name?: string }>({ path: '/api/v1/spaces', query: { limit: QLIK_PAGE_SIZE }, needs }),
    );
    return spaces.flat();
  }
}

/** The tenant's own id; undefined if the answer has none. */
function tenantId(json: unknown): string | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  const id = isObject ? (json as { id?: unknown }).id : null;
  if (id === undefined || (typeof id === 'string' && id !== '')) return id;
  throw new TenantError('transient_error', 'GET /api/v1/tenants/me answered without an id. Try again later.', {
    status: 200,
  });
}
