import { isPartitionStream } from '../../src/cdk/stream.ts';
import type { TenantSize } from '../../src/demo/plan.ts';
import { streams } from '../../src/streams/index.ts';
import { LIST_NAMES } from '../program.ts';

const namesBy = (partitions: string): readonly string[] =>
  streams.flatMap((stream) => (isPartitionStream(stream) && stream.partitionedBy === partitions ? [stream.name] : []));
const [IN_APPS, IN_SPACES] = [namesBy('apps'), namesBy('spaces')];

/** The streams that take no engine. */
export const OVER_LISTS: readonly string[] = [...LIST_NAMES, ...IN_SPACES];
/** The streams whose rows the tenant's own data tell. */
export const ALL_STREAMS: readonly string[] = [...OVER_LISTS, ...IN_APPS];

/** A call that can go wrong. */
export interface Place {
  readonly name: string;
  /** What its address is known by, with its query. */
  readonly address: RegExp;
  /** The address of the same thing, for redirects. */
  readonly path: string;
  /** The streams that hang on it. */
  readonly streams: readonly string[];
  /** The streams that are read; those that take no engine, unless given, and all where the fault asks for it. */
  readonly read?: readonly string[];
  readonly size?: Partial<TenantSize>;
  readonly settings?: object;
  readonly byOAuth?: boolean;
  readonly method?: string;
  /** The streams of all who ask of the same apps or spaces, where it is asked of each of those. */
  readonly besides?: readonly string[];
}

const ON_ITEMS = ['apps', ...IN_APPS];
const list = (name: string, address: RegExp, path: string, streams: readonly string[]): Place => ({
  name,
  address,
  path: `/api/v1/${path}`,
  streams,
});

/** The first page of every list that a sync asks for. */
export const FIRST_PAGES: readonly Place[] = [
  list('/users', /\/users\?(?!.*next=)/, 'users?limit=100&sort=%2BcreatedAt', ['users']),
  list('/groups', /\/groups\?(?!.*(systemGroups|next)=)/, 'groups?limit=100', ['groups']),
  list('/groups of the system', /\/groups\?systemGroups=/, 'groups?systemGroups=true', ['groups']),
  list('/roles', /\/roles\?(?!.*next=)/, 'roles?limit=100', ['roles']),
  list('/spaces', /\/spaces\?.*sort=(?!.*next=)/, 'spaces?limit=100&sort=%2BcreatedAt', ['spaces', ...IN_SPACES]),
  {
    ...list('/items', /\/items\?(?=.*resourceType=app)(?!.*next=)/, 'items?resourceType=app&limit=100', ON_ITEMS),
    read: ALL_STREAMS,
  },
  list('/data-connections', /\/data-connections\?(?!.*page=)/, 'data-connections?includeDisabled=true&limit=100', [
    'connections',
  ]),
  list('/items, data sets', /\/items\?(?=.*resourceType=dataset)(?!.*next=)/, 'items?resourceType=dataset&limit=100', [
    'datasets',
  ]),
  list('/data-files', /\/data-files\?(?!.*page=)/, 'data-files?includeAllSpaces=true&limit=100', ['data_files']),
  list('/collections', /\/collections\?(?!.*next=)/, 'collections?limit=100', ['collections']),
  list('/automations', /\/automations\?(?!.*cursor=)/, 'automations?listAll=true&limit=100', ['automations']),
  {
    ...list('/spaces, for a filter', /\/spaces\?limit=100$/, 'spaces?limit=100', ON_ITEMS),
    settings: { include_spaces: ['*'] },
    read: ALL_STREAMS,
  },
];

/** What is asked of each app, or of each space. */
export const PARTS: readonly Place[] = [
  {
    ...list('/apps/{id}/data/metadata', /\/data\/metadata$/, '', ['app_tables', 'app_fields']),
    // Who was refused is asked again.
    ...{ read: ALL_STREAMS, besides: IN_APPS, settings: { reread_apps_after_days: 0 } },
  },
  { ...list('/spaces/{id}/assignments', /\/assignments\?/, '', ['space_assignments']), besides: IN_SPACES },
  { ...list('/spaces/{id}/shares', /\/shares\?/, '', ['space_shares']), besides: IN_SPACES },
];

/** The second page of every list; apps are many there, and not looked into. */
export const LATER_PAGES: readonly Place[] = [
  { ...list('/users', /\/users\?.*next=/, '', ['users']), size: { users: 120 } },
  { ...list('/groups', /\/groups\?.*next=/, '', ['groups']), size: { groups: 110 } },
  { ...list('/roles', /\/roles\?.*next=/, '', ['roles']), size: { roles: 110 } },
  { ...list('/spaces', /\/spaces\?.*next=/, '', ['spaces', ...IN_SPACES]), size: { spaces: 110 } },
  { ...list('/items', /\/items\?.*next=/, '', ['apps']), size: { apps: 110 }, read: OVER_LISTS },
  {
    ...list('/data-connections', /\/data-connections\?.*page=/, '', ['connections']),
    size: { connections: 110 },
  },
].map((place) => ({ ...place, name: `${place.name}, second page` }));

const EVERYTHING = { streams: ALL_STREAMS, read: ALL_STREAMS };

/** Where a sync asks which tenant it is. */
export const IDENTITY: Place = {
  ...EVERYTHING,
  name: '/tenants/me',
  address: /\/tenants\/me/,
  path: '/api/v1/tenants/me',
};

/** Where an OAuth client asks for its token. */
export const TOKEN: Place = {
  ...EVERYTHING,
  name: '/oauth/token',
  address: /^\/oauth\/token/,
  path: '/oauth/token',
  method: 'POST',
  byOAuth: true,
};
