import { expect, test } from 'vitest';
import type { Tenant } from '../qlik/tenant.ts';
import { apps } from './apps.ts';

const ORIGIN = 'https://alias.example.com';

/** The address of an app whose item has these links. */
async function urlOf(links: unknown, resourceId: string | null = 'app-1'): Promise<unknown> {
  const tenant = {
    origin: ORIGIN,
    async *appItems() {
      yield [{ id: 'item-1', resourceId, links }];
    },
  };
  const [page] = await Array.fromAsync(apps.read(tenant as unknown as Tenant, () => {}));
  return page?.[0]?.url;
}

test.each(['https://acme.eu.qlikcloud.com/sense/app/app-1', 'https://acme.eu.qlikcloud.com/dataflow/app-1/overview'])(
  'an app opens where Qlik says: %s',
  async (href) => {
    expect(await urlOf({ open: { href } })).toBe(href);
  },
);

test('a link without a host leads to the tenant', async () => {
  expect(await urlOf({ open: { href: '/dataflow/app-1/overview' } })).toBe(`${ORIGIN}/dataflow/app-1/overview`);
});

test.each([
  undefined,
  null,
  {},
  { open: null },
  { open: {} },
  { open: { href: '' } },
  { open: { href: 7 } },
  { open: { href: 'http://[' } },
  { open: { href: 'javascript:alert(1)' } },
])('an app opens by its id where Qlik says nothing of use: %j', async (links) => {
  expect(await urlOf(links)).toBe(`${ORIGIN}/sense/app/app-1`);
  expect(await urlOf(links, null)).toBeNull();
});
