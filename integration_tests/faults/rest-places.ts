import { isLogStream, isPartitionStream } from '../../src/cdk/stream.ts';
import type { TenantSize } from '../../src/simulator/data/plan.ts';
import type { Dials } from '../../src/simulator/rest/dials.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { LIST_NAMES } from '../support/program.ts';
import type { Fate } from './fault-judge.ts';
import { FAULTS_OF_ENTRIES, FAULTS_OF_MODELS, FAULTS_OF_PARTS } from './part-faults.ts';
import { always, type RestFault } from './rest-faults.ts';

const namesBy = (partitions: string): readonly string[] =>
  streams.flatMap((stream) => (isPartitionStream(stream) && stream.partitionedBy === partitions ? [stream.name] : []));
const [IN_APPS, IN_SPACES] = [namesBy('apps'), namesBy('spaces')];
const LOG_NAMES = streams.filter(isLogStream).map(({ name }) => name);

/** The streams that take no engine. */
export const OVER_LISTS: readonly string[] = [...LIST_NAMES, ...IN_SPACES, ...LOG_NAMES];
/** The streams whose rows the tenant's own data tell. */
export const ALL_STREAMS: readonly string[] = [...OVER_LISTS, ...IN_APPS];

/** A call that can go wrong. */
export interface Place {
  readonly name: string;
  /** What its address is known by, with its query. */
  readonly address: RegExp;
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
  readonly dials?: Partial<Dials>;
  /** Whether reloads are asked for app by app. */
  readonly byApp?: boolean;
  /** What comes of it where it is refused (403), if that is another way to read it. */
  readonly refused?: Fate;
  /** What happens before the first sync, and on the day of the fault. */
  readonly before?: (tenant: SimulatedTenant) => void;
  readonly happens?: (tenant: SimulatedTenant) => void;
}

/** A place where several may be asked for, each by an address of its own. */
interface PlaceOfPart extends Place {
  readonly besides: readonly string[];
  /** What can go wrong with one of them. */
  readonly faults: readonly RestFault[];
}

const ON_ITEMS = ['apps', ...IN_APPS];
const list = (name: string, address: RegExp, streams: readonly string[]): Place => ({ name, address, streams });

/** The first page of every list that a sync asks for. */
export const FIRST_PAGES: readonly Place[] = [
  list('/users', /\/users\?(?!.*next=)/, ['users']),
  list('/groups', /\/groups\?(?!.*(systemGroups|next)=)/, ['groups']),
  list('/groups of the system', /\/groups\?systemGroups=/, ['groups']),
  list('/roles', /\/roles\?(?!.*next=)/, ['roles']),
  list('/spaces', /\/spaces\?.*sort=(?!.*next=)/, ['spaces', ...IN_SPACES]),
  {
    ...list('/items', /\/items\?(?=.*resourceType=app)(?!.*next=)/, ON_ITEMS),
    read: ALL_STREAMS,
  },
  list('/data-connections', /\/data-connections\?(?!.*page=)/, ['connections']),
  list('/items, data sets', /\/items\?(?=.*resourceType=dataset)(?!.*next=)/, ['datasets']),
  list('/data-files', /\/data-files\?(?!.*page=)/, ['data_files']),
  list('/collections', /\/collections\?(?!.*next=)/, ['collections']),
  list('/automations', /\/automations\?(?!.*cursor=)/, ['automations']),
  {
    ...list('/reloads', /\/reloads\?(?!.*(appId|next)=)/, ['reloads']),
    // Who may not list all of them asks app by app.
    refused: { byApp: true },
  },
  {
    ...list('/spaces, for a filter', /\/spaces\?limit=100$/, [...ON_ITEMS, 'reloads']),
    settings: { include_spaces: ['*'] },
    byApp: true,
    read: ALL_STREAMS,
  },
];

const ofOneApp = (name: string, address: RegExp): PlaceOfPart => ({
  ...list(name, address, ['reloads']),
  // Who was refused is asked again.
  ...{ byApp: true, besides: ['reloads'], settings: { reread_apps_after_days: 0 }, faults: FAULTS_OF_PARTS },
});
const ONLY_BY_APP = { dials: { reloadsOfAllApps: false } };
const RELOADS_OF_APP = ofOneApp('/reloads?appId=', /\/reloads\?(?!.*next=).*appId=/);

/** What is asked of each app or space, or of each reload that had not ended. */
export const PARTS: readonly PlaceOfPart[] = [
  {
    ...list('/apps/{id}/data/metadata', /\/data\/metadata$/, ['app_tables', 'app_fields']),
    // Who was refused is asked again.
    ...{ read: ALL_STREAMS, besides: IN_APPS, settings: { reread_apps_after_days: 0 } },
    faults: FAULTS_OF_MODELS,
  },
  {
    ...list('/spaces/{id}/assignments', /\/assignments\?/, ['space_assignments']),
    ...{ besides: IN_SPACES, faults: FAULTS_OF_PARTS },
  },
  { ...list('/spaces/{id}/shares', /\/shares\?/, ['space_shares']), besides: IN_SPACES, faults: FAULTS_OF_PARTS },
  { ...RELOADS_OF_APP, name: `${RELOADS_OF_APP.name}, by role`, ...ONLY_BY_APP },
  {
    ...RELOADS_OF_APP,
    name: `${RELOADS_OF_APP.name}, by settings`,
    settings: { ...RELOADS_OF_APP.settings, include_spaces: ['*'] },
  },
  {
    ...list('/reloads/{id}', /\/reloads\/\w/, ['reloads']),
    ...{ besides: ['reloads'], size: { reloads: 50 }, faults: FAULTS_OF_ENTRIES },
    before: queueLongAgo,
  },
];

/** Two reloads wait that are on no page that is asked for, since so many were queued later. */
function queueLongAgo({ data }: SimulatedTenant): void {
  // The oldest ones are forgotten with time.
  const early = data.reloads.walk('creationTime', 1).drop(20).take(2).toArray();
  for (const [, { appId, creationTime }] of early) data.reloads.add({ appId, creationTime });
}

/** The second page of every list; apps are many there, and not looked into. */
export const LATER_PAGES: readonly Place[] = [
  { ...list('/users', /\/users\?.*next=/, ['users']), size: { users: 120 } },
  { ...list('/groups', /\/groups\?.*next=/, ['groups']), size: { groups: 110 } },
  { ...list('/roles', /\/roles\?.*next=/, ['roles']), size: { roles: 110 } },
  { ...list('/spaces', /\/spaces\?.*next=/, ['spaces', ...IN_SPACES]), size: { spaces: 110 } },
  { ...list('/items', /\/items\?(?=.*resourceType=app).*next=/, ['apps']), size: { apps: 110 }, read: OVER_LISTS },
  { ...list('/data-connections', /\/data-connections\?.*page=/, ['connections']), size: { connections: 110 } },
  {
    ...list('/items, data sets', /\/items\?(?=.*resourceType=dataset).*next=/, ['datasets']),
    size: { datasets: 110 },
  },
  { ...list('/data-files', /\/data-files\?.*page=/, ['data_files']), size: { dataFiles: 110 } },
  { ...list('/collections', /\/collections\?.*next=/, ['collections']), size: { collections: 110 } },
  { ...list('/automations', /\/automations\?.*cursor=/, ['automations']), size: { automations: 110 } },
  {
    ...list('/reloads', /\/reloads\?(?!.*appId=).*next=/, ['reloads']),
    ...{ refused: { byApp: true }, happens: reloadOften },
  },
  { ...ofOneApp('/reloads?appId=', /\/reloads\?(?=.*appId=).*next=/), ...ONLY_BY_APP, happens: reloadOften },
].map((place) => ({ ...place, name: `${place.name}, second page` }));

/** Each app is reloaded so often that what is new of it takes two pages. */
function reloadOften({ data }: SimulatedTenant): void {
  for (const { resourceType, resourceId } of data.items.all())
    for (let times = 0; resourceType === 'app' && times < 110; times += 1) data.document(resourceId).reloads.run();
}

const EVERYTHING = { streams: ALL_STREAMS, read: ALL_STREAMS };

/** Where a sync asks which tenant it is. */
export const IDENTITY: Place = {
  ...EVERYTHING,
  name: '/tenants/me',
  address: /\/tenants\/me/,
};

/** Where an OAuth client asks for its token. */
export const TOKEN: Place = {
  ...EVERYTHING,
  name: '/oauth/token',
  address: /^\/oauth\/token/,
  method: 'POST',
  byOAuth: true,
};

/** A fault, with what comes of it at a place. */
export function faultAt(fault: RestFault, { refused }: Place): RestFault {
  return fault.name === '403' && refused ? { ...fault, ...always(refused) } : fault;
}
