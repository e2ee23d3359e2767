import { describe, expect, it } from 'vitest';
import type { Dials } from '../../src/simulator/rest/dials.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams } from '../../src/streams/index.ts';
import { runHere } from '../support/in-process.ts';
import { IN_A_HURRY } from '../support/preloads.ts';
import { apiKeySettings, LIST_NAMES, type Options, oauthSettings, type Run, run } from '../support/program.ts';
import { namesOf } from '../support/stream-tests.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** The answer of a check whose end was due to the settings, or well. */
async function status(options: Options) {
  const result = await runHere('check', options);
  expect(result.errors).toEqual([]);
  expect(result.code).toBe(0);
  const { status, message = '' } = result.connectionStatus ?? {};
  return { status, message };
}

/** A check by the program of a tenant that something is wrong with, without the seconds that it waits between its tries. */
async function checkOf(prepare: (tenant: SimulatedTenant) => unknown): Promise<Run> {
  const tenant = await startSimulatedTenant();
  await prepare(tenant);
  const result = await run('check', { tenant, preload: IN_A_HURRY });
  if (tenant.server.listening) await tenant.close();
  return result;
}

describe.concurrent('check succeeds', () => {
  it('and reads a single row of each list', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.dials.apiKeyExpiry = inDays(15);
    const { status: outcome, message } = await status({ tenant });
    expect(outcome).toBe('SUCCEEDED');
    expect(message).toContain(`${streams.length} of ${streams.length} streams`);
    expect(message).toContain([...tenant.data.users.all()][0]?.name);
    expect(message).not.toContain('cannot be read');
    expect(message).not.toContain('ends on');
    // Three for the user and the keys, a list of apps to look into, and there two lists and a data model.
    expect(tenant.counts.calls).toBeLessThanOrEqual(LIST_NAMES.length + 1 + 3 + 1 + 3);
    expect(tenant.counts.writes).toBe(0);
  });

  it.each<[Dials['meLocation'], string, (url: string) => string]>([
    ['relative', 'as the browser shows it', (url) => `${url}/analytics/home?tab=1#top`],
    ['otherHost', 'with blanks around', (url) => `  ${url}/  `],
  ])(
    'by OAuth where the user is found by a redirect (%s), at an address %s, after failures that heal',
    async (where, _, pasted) => {
      await using tenant = await startSimulatedTenant();
      tenant.dials.meLocation = where;
      tenant.faults.add({ path: '/api/v1/users/me', times: 1, status: 503 });
      tenant.faults.add({ path: '/api/v1/roles', times: 1, reset: 'before headers' });
      const config = { ...oauthSettings(tenant), tenant_url: pasted(tenant.url) };
      const { status: outcome, message } = await status({ tenant, config });
      expect(outcome).toBe('SUCCEEDED');
      expect(message).not.toContain('cannot be read');
      expect(tenant.counts.paths).toMatchObject({ '/api/v1/users/me': 2, '/api/v1/roles': 2 });
      expect([...tenant.counts.hosts]).toEqual([new URL(tenant.url).host]);
      expect(tenant.counts.tokenRequests).toBe(1);
    },
  );

  it('and warns of each stream that may not be read, with what that takes, and of a key that ends within 14 days', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.dials.apiKeyExpiry = inDays(13);
    for (const resource of ['roles', 'groups', 'data-connections']) tenant.faults.forbid(resource);
    const { status: outcome, message } = await status({ tenant });
    expect(outcome).toBe('SUCCEEDED');
    expect(message).toContain(`${streams.length - 3} of ${streams.length} streams`);
    for (const stream of ['roles', 'groups', 'connections'])
      expect(message).toMatch(new RegExp(`\\b${stream} cannot be read: [^]*Tenant Admin[^]*admin_classic`));
    expect(message).toContain(`ends on ${tenant.dials.apiKeyExpiry}`);
    for (const stream of ['users', 'spaces', 'apps']) expect(message).not.toContain(`${stream} cannot be read`);
  });

  it('and asks several apps and spaces, among those that are wanted, before it says that a part cannot be read', async () => {
    await using tenant = await startSimulatedTenant();
    const apps = [...tenant.data.items.all()].filter(({ resourceType }) => resourceType === 'app');
    const [closed] = apps.filter(({ spaceId }) => spaceId);
    tenant.faults.add({ path: `/api/v1/apps/${closed?.resourceId}/data/metadata`, status: 403 });
    tenant.faults.add({ path: `/api/v1/spaces/${[...tenant.data.spaces.all()][0]?.id}/assignments`, status: 404 });
    expect((await status({ tenant })).message).not.toContain('cannot be read');
    tenant.faults.add({ path: /data\/metadata/, status: 403 });
    const config = apiKeySettings(tenant, { exclude_spaces: [apps.find(({ spaceId }) => spaceId)?.spaceId] });
    const { message } = await status({ tenant, config });
    expect(message).toMatch(/app_tables cannot be read: .*app_fields cannot be read: /s);
    expect(message).toContain(`${streams.length - namesOf('data model').length} of ${streams.length} streams`);
  });

  it('and names spaces that there are not', async () => {
    await using tenant = await startSimulatedTenant();
    const [space] = tenant.data.spaces.all();
    const config = apiKeySettings(tenant, { include_spaces: [space?.name, 'Atlantis'] });
    const { status: outcome, message } = await status({ tenant, config });
    expect(outcome).toBe('SUCCEEDED');
    expect(message).toContain('No space that the credentials may see fits');
    expect(message.split('Atlantis')).toHaveLength(2);
  });
});

describe.concurrent('check fails', () => {
  it('where no stream can be read', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: /^\/api\/\w+\/(?!users\/me|users\/\w{24})/, status: 403 });
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

  it('where the host does not exist', async () => {
    await using tenant = await startSimulatedTenant();
    const config = { ...apiKeySettings(tenant), tenant_url: 'https://tenant.invalid' };
    expect(await status({ tenant, config })).toMatchObject({
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

  it.each<[where: string, says: RegExp, prepare: (tenant: SimulatedTenant) => unknown]>([
    ['nobody listens', /ECONNREFUSED.*tenant_url.*container/, (tenant) => tenant.close()],
    ['the host shows people a page', /no JSON.*tenant_url/, ({ faults }) => faults.add({ path: /./, html: true })],
  ])('by itself where %s', async (_, says, prepare) => {
    const { code, errors, connectionStatus } = await checkOf(prepare);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(connectionStatus).toEqual({ status: 'FAILED', message: expect.stringMatching(says) });
  });

  it('with an error for Airbyte beside the status where the tenant is in trouble', async () => {
    const { code, errors, connectionStatus } = await checkOf(({ faults }) => faults.add({ path: /./, status: 503 }));
    expect(code).toBe(1);
    expect(connectionStatus).toMatchObject({ status: 'FAILED', message: expect.stringContaining('503') });
    expect(errors).toEqual([expect.objectContaining({ failure_type: 'transient_error' })]);
  });
});
