import type { Dials } from '../../src/simulator/rest/dials.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { SECOND_PAGE } from '../support/sizes.ts';
import { namesOf, partitionedBy, streamsOf, TENANT_STREAMS } from '../support/stream-tests.ts';
import type { ListCall } from '../support/streams/kinds.ts';
import type { Expectation } from './fault-judge.ts';
import { FAULTS_OF_ENTRIES, FAULTS_OF_MODELS, FAULTS_OF_PARTS } from './part-faults.ts';
import { always, HEALED, type RestFault } from './rest-faults.ts';

const IN_APPS = partitionedBy('apps');
const IN_SPACES = partitionedBy('spaces');
const LOG_NAMES = namesOf('log');

/** The streams that take no engine. */
export const OVER_LISTS: readonly string[] = namesOf('list', 'space', 'log');

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
  readonly refused?: Expectation;
  /** Whether it is a list that is asked for elsewhere where it is not (404). */
  readonly hasFormerPath?: boolean | undefined;
  /** Whether it is a list besides a stream's own, and never has a second page. */
  readonly isShort?: boolean;
  /** Whether it is asked of one entry of a log. */
  readonly isEntry?: boolean;
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

const firstPageOf = ({ resource, where, cursor }: ListCall) =>
  new RegExp(cursor ? `/${resource}\\?${where}(?!.*${cursor}=)` : `/${resource}(\\?|$)${where}`);
const laterPageOf = ({ resource, where, cursor }: ListCall) => new RegExp(`/${resource}\\?${where}.*${cursor}=`);

/** The streams that hang on the list of one; all are read where some of them take the engine. */
function hangingOn(stream: string): Pick<Place, 'streams'> & { readonly read?: readonly string[] } {
  const streams = [stream, ...partitionedBy(stream)];
  const takesEngine = streams.some((name) => !OVER_LISTS.includes(name));
  return { streams, ...(takesEngine && { read: TENANT_STREAMS }) };
}

// Who may not list all of them asks app by app.
const LOG = { refused: { byApp: true } };

/** The first page of every list that a sync asks for. */
export const FIRST_PAGES: readonly Place[] = [
  ...streamsOf('list').flatMap(({ name, call, shortCalls }) =>
    [call, ...shortCalls].map((one) => ({
      ...{ name: one.name, address: firstPageOf(one), ...hangingOn(name) },
      isShort: one !== call,
      hasFormerPath: one.hasFormerPath,
    })),
  ),
  ...streamsOf('log').map(({ name, call }) => ({
    ...{ name: call.name, address: firstPageOf(call), streams: [name], ...LOG },
  })),
  {
    name: '/spaces, for a filter',
    address: /\/spaces\?limit=100$/,
    streams: ['apps', ...IN_APPS, ...LOG_NAMES],
    settings: { include_spaces: ['*'] },
    byApp: true,
    read: TENANT_STREAMS,
  },
];

/** Who was refused is asked again. */
const ALWAYS_DUE = { settings: { reread_apps_after_days: 0 } };
const ofOneApp = (name: string, address: string): PlaceOfPart => ({
  ...{ name, address: new RegExp(address), streams: LOG_NAMES, besides: LOG_NAMES },
  ...{ byApp: true, ...ALWAYS_DUE, faults: FAULTS_OF_PARTS },
});
const ONLY_BY_APP = { dials: { reloadsOfAllApps: false } };
const RELOADS_OF_APP = ofOneApp('/reloads?appId=', '/reloads\\?(?!.*next=).*appId=');

/** What is asked of each app or space, or of each reload that had not ended. */
export const PARTS: readonly PlaceOfPart[] = [
  {
    ...{ name: '/apps/{id}/data/metadata', address: /\/data\/metadata$/, streams: namesOf('data model') },
    ...{ read: TENANT_STREAMS, besides: IN_APPS, ...ALWAYS_DUE, faults: FAULTS_OF_MODELS },
  },
  ...streamsOf('space').map(({ name, part }) => ({
    ...{ name: `/spaces/{id}/${part}`, address: new RegExp(`/${part}\\?`), streams: [name] },
    ...{ besides: IN_SPACES, faults: FAULTS_OF_PARTS },
  })),
  { ...RELOADS_OF_APP, name: `${RELOADS_OF_APP.name}, by role`, ...ONLY_BY_APP },
  {
    ...RELOADS_OF_APP,
    name: `${RELOADS_OF_APP.name}, by settings`,
    settings: { ...RELOADS_OF_APP.settings, include_spaces: ['*'] },
  },
  {
    ...{ name: '/reloads/{id}', address: /\/reloads\/\w/, streams: LOG_NAMES, besides: LOG_NAMES },
    ...{ size: { reloads: 50 }, faults: FAULTS_OF_ENTRIES, isEntry: true },
    before: (tenant) => {
      for (const { addWaitingLongAgo } of streamsOf('log')) addWaitingLongAgo(tenant);
    },
  },
];

/** What is new of each app takes two pages. */
function addTwoPages(tenant: SimulatedTenant): void {
  for (const { addToEachApp } of streamsOf('log')) addToEachApp(tenant, SECOND_PAGE);
}

/** The second page of every list; apps are many there, and not looked into. */
export const LATER_PAGES: readonly Place[] = [
  ...streamsOf('list')
    .filter(({ call }) => call.cursor)
    .map(({ name, call, size }) => ({
      ...{ name: call.name, address: laterPageOf(call), size: { [size]: SECOND_PAGE }, read: OVER_LISTS },
      streams: hangingOn(name).streams.filter((one) => OVER_LISTS.includes(one)),
    })),
  ...streamsOf('log').map(({ name, call }) => ({
    ...{ name: call.name, address: laterPageOf(call), streams: [name], ...LOG, happens: addTwoPages },
  })),
  { ...ofOneApp('/reloads?appId=', '/reloads\\?(?=.*appId=).*next='), ...ONLY_BY_APP, happens: addTwoPages },
].map((place) => ({ ...place, name: `${place.name}, second page` }));

const EVERYTHING = { streams: TENANT_STREAMS, read: TENANT_STREAMS };

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
export function faultAt(fault: RestFault, { refused, hasFormerPath }: Place): RestFault {
  if (fault.name === '404' && hasFormerPath) return { ...fault, once: HEALED, asked: 2 };
  return fault.name === '403' && refused ? { ...fault, ...always(refused) } : fault;
}
