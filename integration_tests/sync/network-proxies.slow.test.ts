import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/simulator/self-signed.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { apiKeySettings, only, run } from '../support/program.ts';
import { startProxy } from '../support/proxy.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';

const tls = selfSigned();
const trusted = { ca_certificate: tls.cert };

describe.concurrent('a proxy of the environment', () => {
  it.each(['https_proxy', 'no_proxy'])('is not switched off by an empty %s', async (empty) => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy();
    const config = apiKeySettings(tenant, trusted);
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'none.example.com', [empty]: '' };
    const result = await run('read', { tenant, config, catalog: await only('users'), env });
    expect(deliveredBy(result, ['users'])).toEqual(truthOf(tenant, ['users']));
    expect([...new Set(proxy.targets)]).toEqual([new URL(tenant.url).host]);
  });

  it('is left alone where NO_PROXY names the host, beside an empty no_proxy', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy();
    const config = apiKeySettings(tenant, trusted);
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'example.com,127.0.0.1', no_proxy: '' };
    const result = await run('read', { tenant, config, catalog: await only('users'), env });
    expect(result.code).toBe(0);
    expect(proxy.targets).toEqual([]);
  });

  it('never sees the key of a tenant on this machine, which would go to it in the clear', async () => {
    await using tenant = await startSimulatedTenant({ apps: 3 });
    await using proxy = await startProxy();
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, http_proxy: proxy.url };
    const result = await run('read', { tenant, catalog: await only('users', 'sheets'), env });
    expect(result.code).toBe(0);
    expect(proxy.targets).toEqual([]);
  });
});

describe.concurrent('NODE_TLS_REJECT_UNAUTHORIZED=0 switches no check off:', () => {
  const UNCHECKED = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const notTrusted = { failure_type: 'config_error', message: expect.stringContaining('ca_certificate') };

  it('not of the tenant', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    const result = await run('read', { tenant, catalog: await only('users'), env: UNCHECKED });
    expect(result.errorOf('users')).toMatchObject(notTrusted);
    expect(tenant.counts.calls).toBe(0);
  });

  it('not of the tenant behind a proxy', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy();
    const env = { ...UNCHECKED, HTTPS_PROXY: proxy.url };
    const result = await run('read', { tenant, catalog: await only('users'), env });
    expect(result.errorOf('users')).toMatchObject(notTrusted);
    expect(tenant.counts.calls).toBe(0);
  });

  it('not of the proxy', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy({ tls: selfSigned() });
    const env = { ...UNCHECKED, HTTPS_PROXY: proxy.url };
    const config = apiKeySettings(tenant, trusted);
    const result = await run('read', { tenant, config, catalog: await only('users'), env });
    expect(result.errorOf('users')).toMatchObject(notTrusted);
    expect(proxy.targets).toEqual([]);
  });

  it('and all is read where the authority is known', async () => {
    await using tenant = await startSimulatedTenant({ tls, apps: 3 });
    const config = apiKeySettings(tenant, trusted);
    const result = await run('read', { tenant, config, catalog: await only('users', 'sheets'), env: UNCHECKED });
    expect(result.code).toBe(0);
  });
});
