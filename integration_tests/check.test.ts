import { describe, expect, it } from 'vitest';
import type { Dials } from '../src/demo/dials.ts';
import { startSimulatedTenant } from '../src/demo/tenant.ts';
import { apiKeySettings, type Options, oauthSettings, run } from './program.ts';

/** The answer of a check whose end was due to the settings, or well. */
async function status(options: Options) {
  const result = await run('check', options);
  expect(result.errors).toEqual([]);
  expect(result.code).toBe(0);
  const { status, message = '' } = result.connectionStatus ?? {};
  return { status, message };
}

describe.concurrent('check succeeds', () => {
  it('and reads a single row of each list', async () => {
    await using tenant = await startSimulatedTenant();
    const { status: outcome, message } = await status({ tenant });
    expect(outcome).toBe('SUCCEEDED');
    expect(message).toMatch(/6 of 6 streams/);
    expect(message).toContain([...tenant.data.users.all()][0]?.name);
    expect(message).not.toContain('cannot be read');
    expect(tenant.counts.calls).toBeLessThanOrEqual(10);
    expect(tenant.counts.writes).toBe(0);
  });

  it('by OAuth', async () => {
    await using tenant = await startSimulatedTenant();
    expect(await status({ tenant, config: oauthSettings(tenant) })).toMatchObject({ status: 'SUCCEEDED' });
    expect(tenant.counts.tokenRequests).toBe(1);
  });

  it.each<Dials['meLocation']>(['relative', 'otherHost'])(
    'where the user is found by a redirect that is %s',
    async (where) => {
      await using tenant = await startSimulatedTenant();
      tenant.dials.meLocation = where;
      expect(await status({ tenant })).toMatchObject({ status: 'SUCCEEDED' });
      expect([...tenant.counts.hosts]).toEqual([new URL(tenant.url).host]);
    },
  );

  it.each([
    ['as the browser shows it', (url: string) => `${url}/analytics/home?tab=1#top`],
    ['with blanks around', (url: string) => `  ${url}/  `],
  ])('at an address %s', async (_, pasted) => {
    await using tenant = await startSimulatedTenant();
    const config = { ...apiKeySettings(tenant), tenant_url: pasted(tenant.url) };
    expect(await status({ tenant, config })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('and names each stream that the credentials may not read, and what that takes', async () => {
    await using tenant = await startSimulatedTenant();
    for (const resource of ['roles', 'groups', 'data-connections']) tenant.faults.forbid(resource);
    const { status: outcome, message } = await status({ tenant });
    expect(outcome).toBe('SUCCEEDED');
    expect(message).toMatch(/3 of 6 streams/);
    for (const stream of ['roles', 'groups', 'connections'])
      expect(message).toMatch(new RegExp(`\\b${stream} cannot be read: [^]*Tenant Admin[^]*admin_classic`));
    for (const stream of ['users', 'spaces', 'apps']) expect(message).not.toContain(`${stream} cannot be read`);
  });

  it('and warns of an API key that ends within 14 days', async () => {
    await using tenant = await startSimulatedTenant();
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    tenant.dials.apiKeyExpiry = inDays(15);
    expect((await status({ tenant })).message).not.toContain('ends on');
    tenant.dials.apiKeyExpiry = inDays(13);
    const { status: outcome, message } = await status({ tenant });
    expect(outcome).toBe('SUCCEEDED');
    expect(message).toContain(`ends on ${tenant.dials.apiKeyExpiry}`);
  });

  it('after a failure that heals', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: '/api/v1/users/me', times: 1, status: 503 });
    tenant.faults.add({ path: '/api/v1/roles', times: 1, reset: 'before headers' });
    expect(await status({ tenant })).toMatchObject({ status: 'SUCCEEDED', message: expect.stringContaining('6 of 6') });
  });
});

describe.concurrent('check fails', () => {
  it('where no stream can be read', async () => {
    await using tenant = await startSimulatedTenant();
    for (const resource of ['users', 'groups', 'roles', 'spaces', 'items', 'data-connections'])
      tenant.faults.forbid(resource);
    const { status: outcome, message } = await status({ tenant });
    expect(outcome).toBe('FAILED');
    expect(message).toContain('Tenant Admin');
  });

  it('by a wrong API key', async () => {
    await using tenant = await startSimulatedTenant();
    const credentials = { auth_type: 'api_key', api_key: 'a key of another tenant' };
    const { status: outcome, message } = await status({ tenant, config: { tenant_url: tenant.url, credentials } });
    expect(outcome).toBe('FAILED');
    expect(message).toMatch(/401.*API key/);
    expect(tenant.counts.calls).toBe(1);
  });

  it.each<Dials['tokenRefusal']>(['qlik400', 'qlik401', 'rfc6749'])(
    'by a wrong client secret, refused as %s',
    async (refusal) => {
      await using tenant = await startSimulatedTenant();
      tenant.dials.tokenRefusal = refusal;
      const config = oauthSettings(tenant, { client_secret: 'a secret of another client' });
      const { status: outcome, message } = await status({ tenant, config });
      expect(outcome).toBe('FAILED');
      expect(message).toMatch(/client_id.*client_secret/);
      expect(tenant.counts.paths).toEqual({ '/oauth/token': 1 });
    },
  );

  it('where credentials would be sent in the clear', async () => {
    await using tenant = await startSimulatedTenant();
    const config = { ...apiKeySettings(tenant), tenant_url: 'http://tenant.example.com' };
    expect(await status({ tenant, config })).toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/tenant_url.*http/),
    });
  });

  it('where the host does not exist', { timeout: 15_000 }, async () => {
    await using tenant = await startSimulatedTenant();
    const config = { ...apiKeySettings(tenant), tenant_url: 'https://tenant.invalid' };
    expect(await status({ tenant, config })).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('tenant_url'),
    });
  });

  it('where nobody listens', { timeout: 15_000 }, async () => {
    const tenant = await startSimulatedTenant();
    await tenant.close();
    expect(await status({ tenant })).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('tenant_url'),
    });
  });

  it('where the host shows people a page', { timeout: 15_000 }, async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /./, html: true });
    expect(await status({ tenant })).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('tenant_url'),
    });
  });

  it('where the host knows nothing of Qlik', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /./, html: true, status: 404 });
    expect(await status({ tenant })).toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/404.*tenant_url/),
    });
  });

  it('by itself within Airbyte’s patience where nobody answers', { timeout: 20_000 }, async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /./, silent: true });
    const began = performance.now();
    expect(await status({ tenant })).toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/did not answer/),
    });
    expect(performance.now() - began).toBeLessThan(12_000);
  });

  it('with an error for Airbyte beside where the tenant is in trouble', { timeout: 20_000 }, async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /./, status: 503 });
    const result = await run('check', { tenant });
    expect(result.code).toBe(1);
    expect(result.connectionStatus).toMatchObject({ status: 'FAILED', message: expect.stringContaining('503') });
    expect(result.errors).toEqual([expect.objectContaining({ failure_type: 'transient_error' })]);
  });
});
