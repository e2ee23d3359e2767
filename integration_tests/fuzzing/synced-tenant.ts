import { afterAll, beforeAll, expect } from 'vitest';
import { isUnderWay } from '../../src/simulator/data/reloads.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { Message } from '../support/messages.ts';
import { smallTenant } from './small-tenant.ts';
import { inexact, syncOf } from './tenant.ts';

/**
 * A tenant with little in it, and what a first sync of it has printed: there while the tests of a file run. Of the reloads that
 * waited for long, one has ended since and one has begun.
 */
export function syncedTenant(): { readonly tenant: SimulatedTenant; readonly first: readonly Message[] } {
  let tenant: SimulatedTenant;
  let first: readonly Message[];
  beforeAll(async () => {
    tenant = await smallTenant();
    first = (await syncOf(tenant, [])).messages;
    expect(inexact(tenant, first)).toEqual([]);
    const { reloads } = tenant.data;
    const [ended, begun] = reloads
      .walk('creationTime', 1)
      .map(([, reload]) => reload)
      .filter(isUnderWay);
    if (!ended || !begun) throw new Error('no reload waits for long');
    const times = { startTime: '2023-06-01T00:00:00Z', endTime: '2023-06-01T00:01:00Z' };
    reloads.change(ended.id, { ...times, status: 'SUCCEEDED' });
    reloads.change(begun.id, { startTime: times.startTime, status: 'RELOADING' });
  });
  afterAll(() => tenant.close());
  return {
    get tenant() {
      return tenant;
    },
    get first() {
      return first;
    },
  };
}
