import { apiPath } from './api-path.ts';
import { isProperties, type Properties } from './app-objects.ts';
import { NotAsked } from './assumption.ts';
import type { Budget } from './budget.ts';
import { TenantError } from './error.ts';
import type { Query } from './http.ts';
import { type SeenApp, seenApp } from './probed-app.ts';
import type { Tenant } from './tenant.ts';
import { told } from './told.ts';

/** The lists that streams of the same names read, as they ask for them, and the parameter that Qlik documents for their cursors. */
export const LISTS = {
  users: list('/api/v1/users', { sort: '+createdAt', totalResults: true }),
  groups: list('/api/v1/groups', { totalResults: true }),
  roles: list('/api/v1/roles', { totalResults: true }),
  spaces: list('/api/v1/spaces', { sort: '+createdAt' }),
  apps: list('/api/v1/items', { resourceType: 'app', sort: '+createdAt', noActions: true }),
  datasets: list('/api/v1/items', { resourceType: 'dataset', sort: '+createdAt', noActions: true }),
  connections: list('/api/v1/data-connections', { includeDisabled: true, sort: '+created' }, 'page'),
  data_files: list('/api/v1/data-files', { includeAllSpaces: true, sort: '+modifiedDate' }, 'page'),
  collections: list('/api/v1/collections', { sort: '+createdAt' }),
  automations: list('/api/workflows/automations', { sort: '+createdAt', listAll: true }, 'cursor'),
  reloads: list('/api/v1/reloads', { sort: '-creationTime' }),
};

export type ListName = keyof typeof LISTS;

export const LIST_NAMES = Object.keys(LISTS) as ListName[];

function list(path: string, query: Query, cursor: 'next' | 'page' | 'cursor' = 'next') {
  return { path, query, cursor };
}

/** One page of a list, as it came. */
export interface ProbedPage {
  readonly rows: readonly Properties[];
  readonly envelope: Properties;
}

/** Where tenants have automations that do not know the path yet. */
const FORMER_AUTOMATIONS = '/api/v1/automations';

const PAGE_ROWS = 100;
const APPS_OPENED = 6;
const SPACES_ASKED = 3;
const SPACE_PAGES = 5;

/**
 * Asks a tenant what assumptions want to know, each question once whoever asks: first pages of lists, and what is in some apps. What
 * came is for looking at: nothing of it may be told but as a `Told`.
 */
export class Probe {
  readonly tenant: Tenant;
  readonly #budget: Budget;
  readonly #answers = new Map<string, Promise<unknown>>();
  #spaces: ReturnType<Probe['spaces']> | undefined;
  #apps: Promise<readonly SeenApp[]> | undefined;

  constructor(tenant: Tenant, budget: Budget) {
    this.tenant = tenant;
    this.#budget = budget;
  }

  /** The JSON at a path. Rejects with a `TenantError`. */
  answer(path: string, query: Query = {}): Promise<unknown> {
    const key = JSON.stringify([path, query]);
    const known = this.#answers.get(key) ?? this.tenant.get({ path, query, parse: (json) => json });
    this.#answers.set(key, known);
    return known;
  }

  /** A page of any list at a path. Rejects with a `NotAsked` for an answer that is none. */
  async pageAt(path: string, query: Query = {}): Promise<ProbedPage> {
    const envelope = await this.answer(path, query);
    if (!isProperties(envelope) || !Array.isArray(envelope.data)) throw new NotAsked(told`the answer is not a list`);
    return { envelope, rows: envelope.data.filter(isProperties) };
  }

  /**
   * The first page of a list, as its stream asks for it; `more` changes parameters. Where such a page is refused, as many rows as the
   * tenant gives by itself.
   */
  async page(name: ListName, more: Query = {}): Promise<ProbedPage> {
    const { path, query } = LISTS[name];
    const asked = { limit: PAGE_ROWS, ...query, ...more };
    try {
      return await this.pageAt(path, asked);
    } catch (error) {
      const { status } = error instanceof TenantError ? error.facts : {};
      if (status === 404 && name === 'automations') return this.pageAt(FORMER_AUTOMATIONS, asked);
      if (status === 400 && asked.limit === PAGE_ROWS) return this.pageAt(path, { ...asked, limit: undefined });
      throw error;
    }
  }

  async rows(name: ListName): Promise<readonly Properties[]> {
    return (await this.page(name)).rows;
  }

  /** The first pages of all lists that can be read. Rejects with why the first cannot where none can. */
  async pages(more: Query = {}): Promise<readonly (readonly [ListName, ProbedPage])[]> {
    const pages = await Promise.allSettled(
      LIST_NAMES.map(async (name) => [name, await this.page(name, more)] as const),
    );
    return fulfilled(pages);
  }

  /** The spaces of some pages, and whether these are all. */
  spaces(): Promise<{ readonly rows: readonly Properties[]; readonly isWhole: boolean }> {
    this.#spaces ??= this.#listSpaces().catch(() => this.#firstSpaces());
    return this.#spaces;
  }

  async #listSpaces() {
    const { path, query } = LISTS.spaces;
    const rows: Properties[] = [];
    let pages = 0;
    for await (const page of this.tenant.pages<Properties>({ path, query, needs: '' })) {
      rows.push(...page);
      pages += 1;
      if (pages === SPACE_PAGES) return { rows, isWhole: page.length < PAGE_ROWS };
    }
    return { rows, isWhole: true };
  }

  /** Where pages as long as usual are refused. */
  async #firstSpaces() {
    const { rows, envelope } = await this.page('spaces');
    return { rows, isWhole: isProperties(envelope.meta) && envelope.meta.count === rows.length };
  }

  /** Ids of some spaces. */
  async spaceIds(): Promise<readonly string[]> {
    const ids = (await this.rows('spaces')).map(({ id }) => id).filter((id) => typeof id === 'string');
    if (ids.length === 0) throw new NotAsked(told`there are no spaces`);
    return ids.slice(0, SPACES_ASKED);
  }

  /** The first pages of what some spaces list, each with the space's row. */
  async inSpaces(what: 'assignments' | 'shares'): Promise<readonly { space: Properties; page: ProbedPage }[]> {
    const ids = await this.spaceIds();
    const spaces = await this.rows('spaces');
    const asked = ids.map(async (id) => ({
      space: spaces.find((space) => space.id === id) ?? {},
      page: await this.pageAt(apiPath`/api/v1/spaces/${id}/${what}`, { limit: PAGE_ROWS }),
    }));
    return fulfilled(await Promise.allSettled(asked));
  }

  /** Some apps, as different as the first page has them, opened one after the other without their data. */
  apps(): Promise<readonly SeenApp[]> {
    this.#apps ??= this.#openApps();
    return this.#apps;
  }

  async #openApps(): Promise<readonly SeenApp[]> {
    const listing = this.tenant.appItems<Properties & { readonly spaceId?: string | null }>({
      needs: '',
      limit: PAGE_ROWS,
    });
    const { value: items = [] } = await listing.next();
    const { rows: spaces } = await this.spaces().catch(() => ({ rows: [] }));
    const typeOf = (item: Properties) => spaces.find(({ id }) => id === item.spaceId)?.type;
    const apps: SeenApp[] = [];
    for (const item of differentApps(items, typeOf))
      apps.push(await seenApp(item, typeOf(item), this.tenant, this.#budget));
    if (apps.length === 0) throw new NotAsked(told`there are no apps among those that the settings want`);
    return apps;
  }
}

/** What is told apart among apps: one of each kind is opened, if there is one. */
function differentApps(items: readonly Properties[], typeOf: (item: Properties) => unknown): readonly Properties[] {
  const attributesOf = ({ resourceAttributes }: Properties) =>
    isProperties(resourceAttributes) ? resourceAttributes : {};
  const kinds: ((item: Properties) => boolean)[] = [
    (item) => typeOf(item) === 'shared',
    (item) => typeOf(item) === 'managed',
    (item) => attributesOf(item).hasSectionAccess === true,
    (item) => !item.spaceId,
    (item) => attributesOf(item).lastReloadTime === '',
    (item) => !['ANALYTICS', undefined].includes(attributesOf(item).usage as string),
  ];
  const openable = items.filter(({ resourceId }) => typeof resourceId === 'string' && resourceId !== '');
  const chosen = new Set<Properties>();
  for (const isOfKind of kinds) {
    const item = openable.find((one) => isOfKind(one) && !chosen.has(one));
    if (item) chosen.add(item);
  }
  return [...new Set([...chosen, ...openable])].slice(0, APPS_OPENED);
}

/** What some of several questions were answered. Rejects with the first refusal where all were refused. */
export function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  const values = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refusal = results.find((result) => result.status === 'rejected');
  if (values.length === 0 && refusal) throw refusal.reason;
  return values;
}
