import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Json } from './messages.ts';
import { testsOf } from './stream-tests.ts';

/** What a run has to deliver of what apps hold, by id: of the apps that are wanted; all, unless told otherwise. */
export function truthInApps(
  tenant: SimulatedTenant,
  isWanted: (appId: string) => boolean = () => true,
  streams: readonly string[] = ['sheets', 'charts'],
): { [stream: string]: Json[] } {
  return Object.fromEntries(streams.map((name) => [name, rowsOf(name, tenant, isWanted)]));
}

/** The rows of a stream as they have to be delivered, by id; none of a stream that tells of a sync instead. */
export function rowsOf(
  name: string,
  tenant: SimulatedTenant,
  isWanted: (appId: string) => boolean = () => true,
): Json[] {
  const tests = testsOf(name);
  const rows = tests.kind === 'coverage' ? [] : tests.truth(tenant, isWanted);
  return (JSON.parse(JSON.stringify(rows)) as Json[]).sort(byId);
}

/** The order in which rows are compared: by their app, where they have one, and by their id. */
export function byId(one: Json, other: Json): number {
  const [key, otherKey] = [one, other].map(({ appId, id, name }) => `${appId ?? ''} ${id ?? name}`) as [string, string];
  return key < otherKey ? -1 : 1;
}
