import { pick } from '../../src/simulator/data/dice.ts';
import type { EngineFault } from '../../src/simulator/engine/engine-faults.ts';
import type { Failure } from '../../src/simulator/rest/faults.ts';
import { namesOf, partitionedBy, streamsOf } from '../support/stream-tests.ts';
import type { EditContext } from './history-lists.ts';

/** Which part of a stream cannot be read: its listing, or some apps. */
type Miss = 'listing' | ReadonlySet<string>;

/** What goes wrong in one sync. */
export interface Trouble {
  readonly name: string;
  /** Streams that may be INCOMPLETE by it. */
  readonly misses: ReadonlyMap<string, Miss>;
  readonly end: () => void;
}

const LISTED = streamsOf('list', 'log');
/** What is listed over REST, and the streams that are. */
const BY_RESOURCE = Map.groupBy(LISTED, ({ call }) => call.resource);
const RESOURCES = [...BY_RESOURCE.keys()];
const LOGS = namesOf('log');

/** The streams that a list keeps from being read. */
function behind(resource: string): readonly string[] {
  const lists = BY_RESOURCE.get(resource)?.map(({ name }) => name) ?? [];
  // Filters are held against the names of spaces, and logs may be asked for app by app.
  const all = lists.includes('spaces') ? [...lists, 'apps'] : lists;
  return [...all, ...(all.includes('apps') ? LOGS : []), ...all.flatMap(partitionedBy)];
}

/** Streams that a method of the engine keeps from being read: all of them, unless it is some streams' own. */
function behindMethod(method: string): readonly string[] {
  const some = streamsOf('engine').filter(({ ownMethods }) => ownMethods.includes(method));
  return some.length > 0 ? some.map(({ name }) => name) : namesOf('engine');
}

/** What a call is repeated after. */
const PASSING: readonly Failure[] = [
  { status: 503 },
  { status: 408 },
  { status: 429, headers: { 'retry-after': '1' } },
  { reset: 'before headers' },
  { reset: 'in headers' },
  { reset: 'mid body' },
  { halfBody: true },
  { garbled: true },
  { truncatedGzip: true },
  { html: true },
];

const PASSING_IN_ENGINE: readonly EngineFault[] = [
  { http: 502 },
  { at: 'upgrade', close: 1006 },
  { close: 4205 },
  { at: 'connect', close: 1011 },
  { at: 'connect', sessionState: 'SESSION_ERROR_APP_FAILURE' },
  { method: 'OpenDoc', close: 4003 },
  { method: 'OpenDoc', error: 15 },
  { method: 'GetObjects', error: 21 },
  { method: 'GetObjects', garbled: true },
  { method: 'CreateSessionObject', close: 1006 },
  { method: 'GetLayout', error: 11000 },
  { method: 'GetFullPropertyTree', close: 1012 },
  { method: 'GetFullPropertyTree', close: 1006, after: 2 },
  { method: 'GetFullPropertyTree', error: 15, after: 1 },
  { method: 'GetFullPropertyTree', close: 4220, after: 1 },
];

/** Something that a sync survives. */
export function passing({ tenant, die }: EditContext): Trouble {
  if (die(2) === 0) {
    const path = `/api/v1/${pick(die, RESOURCES)}`;
    const wrong = pick(die, PASSING);
    const end = tenant.faults.add({ path, times: 1, ...wrong });
    return { name: `${path} ${JSON.stringify(wrong)}`, misses: new Map(), end };
  }
  const fault = pick(die, PASSING_IN_ENGINE);
  const end = tenant.engine.faults.add({ times: 1, ...fault });
  return { name: `engine ${JSON.stringify(fault)}`, misses: new Map(), end };
}

/** Something that leaves streams INCOMPLETE, at once, since nothing is gained by waiting. */
export function breaking({ tenant, die, memory }: EditContext): Trouble {
  const apps = memory.documents().map(({ appId }) => appId);
  const [resource, way] = [pick(die, RESOURCES), die(apps.length > 0 ? 5 : 2)];
  const listing = new Map<string, Miss>(behind(resource).map((name) => [name, 'listing']));
  if (way === 0) {
    const end = tenant.faults.forbid(resource);
    return { name: `403 on ${resource}`, misses: listing, end };
  }
  if (way === 1) {
    const [
      {
        call: { path },
      } = { call: { path: '' } },
    ] = BY_RESOURCE.get(resource) ?? [];
    const end = tenant.faults.add({ path, times: 1, partial: true });
    return { name: `part of ${resource}`, misses: listing, end };
  }
  const appId = pick(die, apps);
  const method = pick(die, ['GetObjects', 'CreateSessionObject', 'GetFullPropertyTree']);
  const [after, error] = [method === 'GetFullPropertyTree' ? die(3) : 0, pick(die, [5, -32600])];
  const end = tenant.engine.faults.add({ app: appId, method, error, after });
  const misses = behindMethod(method).map((name) => [name, new Set([appId])] as const);
  return { name: `${appId}: ${method} answered ${error} after ${after}`, misses: new Map(misses), end };
}

/** Ways in which an app may not be opened: no failure, but not to be read either. */
const CLOSED: readonly EngineFault[] = [
  { close: 4203 },
  { close: 4204 },
  { method: 'OpenDoc', error: 5 },
  { method: 'OpenDoc', error: 1003 },
  { method: 'OpenDoc', close: 4203 },
  { at: 'connect', sessionState: 'SESSION_ERROR_APP_ACCESS_DENIED' },
];

/** Takes the right to open an app away; `open` gives it back. */
export function closeApp(
  { tenant, die }: EditContext,
  appId: string,
): { readonly name: string; readonly open: () => void } {
  const fault = pick(die, CLOSED);
  return {
    name: `${appId} closed by ${JSON.stringify(fault)}`,
    open: tenant.engine.faults.add({ app: appId, ...fault }),
  };
}
