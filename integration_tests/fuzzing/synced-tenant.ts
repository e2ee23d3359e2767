import { afterAll, beforeAll } from 'vitest';
import type { SimulatedTenant } from '../../src/demo/tenant.ts';
import type { Message } from '../messages.ts';
import { smallTenant } from './scene.ts';
import { syncOf } from './tenant.ts';

/** A tenant with little in it, and what a first sync of it has printed: there while the tests of a file run. */
export function syncedTenant(): { readonly tenant: SimulatedTenant; readonly first: readonly Message[] } {
  let tenant: SimulatedTenant;
  let first: readonly Message[];
  beforeAll(async () => {
    tenant = await smallTenant();
    first = (await syncOf(tenant, [])).messages;
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
