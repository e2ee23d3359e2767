import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Dials } from '../../src/simulator/rest/dials.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { configured, discovered, only } from '../support/program.ts';
import { SEVERAL_PAGES } from '../support/sizes.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';

describe.concurrent('a list', () => {
  it.each<Partial<Dials>>([
    { endOfList: 'absent', cursorParameter: 'next', pageLinks: 'own' },
    { endOfList: 'emptyObject', cursorParameter: 'page', pageLinks: 'http' },
    { endOfList: 'nullHref', cursorParameter: 'cursor', pageLinks: 'otherHost' },
    { endOfList: 'emptyHref', cursorParameter: 'startingAfter', pageLinks: 'withoutApi' },
  ])('may page with %j', async (dials) => {
    await using tenant = await startSimulatedTenant(SEVERAL_PAGES);
    Object.assign(tenant.dials, dials);
    const result = await runHere('read', { tenant });
    expect(result.code).toBe(0);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
  });

  it('is read where a tenant keeps it that does not know its present place', async () => {
    await using tenant = await startSimulatedTenant({ automations: 210 });
    tenant.dials.workflows = false;
    const result = await runHere('read', { tenant, catalog: await only('automations') });
    expect(result.code).toBe(0);
    expect(deliveredBy(result, ['automations'])).toEqual(truthOf(tenant, ['automations']));
    expect(tenant.counts.paths).toMatchObject({ '/api/workflows/automations': 1, '/api/v1/automations': 3 });
  });

  it('may link and redirect to another host, which is never asked', async () => {
    await using tenant = await startSimulatedTenant({ users: 250, spaces: 110 });
    await using stranger = await startStranger();
    const path = '/api/v1/users';
    const first = await fetch(`${tenant.url}${path}?limit=100&sort=%2BcreatedAt&totalResults=true`, {
      headers: { authorization: `Bearer ${tenant.apiKey}` },
    });
    const page = (await first.json()) as { links: { next: { href: string } } };
    page.links.next.href = page.links.next.href.replace(tenant.url, stranger.url);
    tenant.faults.add({ path, times: 1, body: page });
    tenant.faults.add({
      path: '/api/v1/spaces',
      times: 1,
      redirect: `${stranger.url}/api/v1/spaces?limit=100&sort=%2BcreatedAt`,
    });
    const result = await runHere('read', { tenant, catalog: await only('users', 'spaces') });
    expect(stranger.asked).toEqual([]);
    expect(deliveredBy(result, ['users', 'spaces'])).toEqual(truthOf(tenant, ['users', 'spaces']));
  });

  it.each<Partial<Dials>>([
    { meLocation: 'absolute' },
    { meLocation: 'relative' },
    { meLocation: 'otherHost' },
    { tenantsMe: 'direct' },
  ])('is asked whose it is, which may be told with %j, and no other host is asked', async (dials) => {
    await using tenant = await startSimulatedTenant({ users: 4 });
    Object.assign(tenant.dials, dials);
    const catalog = configured(
      (await discovered()).filter(({ name }) => name === 'users'),
      'incremental',
    );
    const result = await runHere('read', { tenant, catalog });
    expect(result.code).toBe(0);
    expect([...tenant.counts.hosts]).toEqual([new URL(tenant.url).host]);
    expect(result.states('users').at(-1)).toMatchObject({ upstream: tenant.data.plan.tenantId });
  });
});

/** Another server, which writes down all that reaches it. */
async function startStranger() {
  const asked: string[] = [];
  const server = createServer((call, response) => {
    asked.push(`${call.method} ${call.url} ${call.headers.authorization}`);
    response.end('{"data":[]}');
  });
  server.on('connection', () => asked.push('a connection'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
