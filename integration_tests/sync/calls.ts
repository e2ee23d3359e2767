import { expect } from 'vitest';
import { isUnderWay } from '../../src/simulator/data/reloads.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { Connection, endOf, WELL } from '../support/connection.ts';
import { plainTenant } from '../support/random-edits.ts';
import { callsForLists, sizeOfLists } from '../support/sizes.ts';
import { namesOf } from '../support/stream-tests.ts';
import { appsOf } from '../support/streams/random-edit.ts';

/** A tenant whose lists have one page each. */
export const SMALL = { ...sizeOfLists(3), users: 5, apps: 4, sheets: 2, charts: 2 };

/** Reloads on the first page: those that began last. */
const NEWEST = 100;

const pages = (rows: number) => Math.max(1, Math.ceil(rows / 100));
/** What is in a space takes one call each; of none there is more than fits a page. */
const CALLS_A_SPACE = namesOf('space').length;

/** The calls of one sync of all streams, as docs/operating.md has them. */
function callsFor({ data }: SimulatedTenant): number {
  const ofLists = Object.values(callsForLists(data)).reduce((sum, calls) => sum + calls, 0);
  return 2 + CALLS_A_SPACE * data.spaces.count + ofLists;
}

/** Reloads that are looked at again: they had not ended when last seen, and are on no page that is asked for. */
function lookedAtAgain({ data }: SimulatedTenant): number {
  const reloads = [...data.reloads.walk('creationTime', -1)].map(([, reload]) => reload);
  return reloads.slice(NEWEST).filter(isUnderWay).length;
}

/** What a sync asked: calls over REST, apps opened, messages to the engine. */
async function asked(tenant: SimulatedTenant, connection: Connection, settings = {}) {
  tenant.counts.reset();
  tenant.engine.counts.reset();
  expect(endOf(await connection.sync({ settings, stateIntervalMs: 60_000 }))).toEqual(WELL);
  const { opens, messages } = tenant.engine.counts;
  return { calls: tenant.counts.calls, opens, messages };
}

/** Syncs a tenant of a size time and again, as it is and after edits: each asks as much as is known beforehand, and no more. */
export async function expectKnownCalls(size: Partial<TenantSize>): Promise<void> {
  await using tenant = await plainTenant(size);
  const connection = new Connection(tenant);
  const apps = appsOf(tenant.data);
  const calls = callsFor(tenant) + 1 + lookedAtAgain(tenant);
  const first = callsFor(tenant) + pages(tenant.data.reloads.count) + apps.length;

  expect(await asked(tenant, connection)).toMatchObject({ calls: first, opens: apps.length });
  expect(tenant.engine.counts.methods.GetFullPropertyTree).toBeGreaterThan(0);
  expect(await asked(tenant, connection)).toEqual({ calls, opens: 0, messages: 0 });

  const [edited, reloaded] = apps;
  edited?.edit.addChart(edited.sheetIds()[0] ?? '');
  reloaded?.edit.reload();
  expect(await asked(tenant, connection)).toMatchObject({ calls: calls + 2, opens: 2 });
  expect(await asked(tenant, connection)).toEqual({ calls, opens: 0, messages: 0 });

  expect(await asked(tenant, connection, { reread_apps_after_days: 0 })).toMatchObject({ calls, opens: apps.length });
  expect(await asked(tenant, connection)).toEqual({ calls, opens: 0, messages: 0 });

  const named = { exclude_spaces: ['Atlantis'] };
  const forNames = pages(tenant.data.spaces.count);
  // Reloads are asked for app by app then, and of those that moved from then on.
  const split = callsFor(tenant) + forNames;
  expect(await asked(tenant, connection, named)).toEqual({ calls: split + apps.length, opens: 0, messages: 0 });
  reloaded?.edit.reload();
  const open = [...tenant.data.reloads.all()].filter((one) => isUnderWay(one) && one.appId !== reloaded?.appId);
  expect(await asked(tenant, connection, named)).toMatchObject({ calls: split + 2 + open.length, opens: 1 });
  // An app that was merely reloaded is asked for its lists.
  expect(tenant.engine.counts.methods).not.toHaveProperty('GetFullPropertyTree');
}
