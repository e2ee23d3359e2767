import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/simulator/self-signed.ts';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { apiKeySettings, oauthSettings, only, run } from '../support/program.ts';
import { startProxy } from '../support/proxy.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';

const tls = selfSigned();
const ca_certificate = tls.cert;

const LOGIN = 'connector:pass@word/of+the proxy';
/** The proxy's address with user and password, as it stands in an environment. */
const withLogin = (url: string, login: string) =>
  url.replace('://', `://${login.split(':').map(encodeURIComponent).join(':')}@`);

describe.concurrent('over TLS by an authority of its own, the tenant is read', () => {
  it('directly', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    const result = await runHere('read', { tenant, config: apiKeySettings(tenant, { ca_certificate }) });
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
  });

  it.each([
    ['a proxy', undefined],
    ['a proxy over TLS of the same authority', tls],
  ])('through %s', async (_, proxyTls) => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy({ login: LOGIN, ...(proxyTls && { tls: proxyTls }) });
    // A form of one line sends backslash and n for each line break.
    const config = { ...oauthSettings(tenant), ca_certificate: ca_certificate.replaceAll('\n', '\\n') };
    const result = await run('read', { tenant, config, env: { HTTPS_PROXY: withLogin(proxy.url, LOGIN) } });
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
    expect([...new Set(proxy.targets)]).toEqual([new URL(tenant.url).host]);
    expect(proxy.targets).toHaveLength(tenant.counts.socketsOpened);
  });
});

describe.concurrent('the proxy of the environment', () => {
  it('serves a tenant too that is asked over TLS, if it is named for http alone', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy();
    const config = apiKeySettings(tenant, { ca_certificate });
    const result = await run('read', { tenant, config, catalog: await only('users'), env: { HTTP_PROXY: proxy.url } });
    expect(deliveredBy(result, ['users'])).toEqual(truthOf(tenant, ['users']));
    expect([...new Set(proxy.targets)]).toEqual([new URL(tenant.url).host]);
  });

  it('is left alone where NO_PROXY names the host', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy();
    const config = apiKeySettings(tenant, { ca_certificate });
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: 'example.com,127.0.0.1' };
    const result = await run('read', { tenant, config, catalog: await only('users'), env });
    expect(result.code).toBe(0);
    expect(proxy.targets).toEqual([]);
  });

  it('needs the right user and password', async () => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy({ login: LOGIN });
    const env = { HTTPS_PROXY: withLogin(proxy.url, 'connector:a wrong password') };
    const config = apiKeySettings(tenant, { ca_certificate });
    const result = await run('read', { tenant, config, catalog: await only('users'), env });
    expect(result.errorOf('users')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/proxy.*HTTPS_PROXY/is),
    });
    expect(proxy.refused()).toBe(1);
  });

  it('must have an address', async () => {
    await using tenant = await startSimulatedTenant();
    const result = await run('check', {
      tenant,
      env: { HTTPS_PROXY: 'user:secret-of-the-proxy@proxy' },
      secrets: ['secret-of-the-proxy'],
    });
    expect(result.connectionStatus).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('HTTPS_PROXY'),
    });
  });
});

describe.concurrent('an authority that is not trusted', () => {
  it.each([
    ['of the tenant', false],
    ['of the tenant behind a proxy', true],
  ])('%s is reported with its remedy', async (_, isBehindProxy) => {
    await using tenant = await startSimulatedTenant({ tls });
    await using proxy = await startProxy();
    const env = isBehindProxy ? { HTTPS_PROXY: proxy.url } : {};
    const result = await run('read', { tenant, catalog: await only('users'), env });
    expect(result.errorOf('users')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining('ca_certificate'),
    });
    expect(proxy.targets.length > 0).toBe(isBehindProxy);
    expect(tenant.counts.calls).toBe(0);
  });

  it.each([
    ['no certificate', 'certificate of our network team'],
    ['a broken one', '-----BEGIN CERTIFICATE-----\nMIIBnotreally\n-----END CERTIFICATE-----\n'],
  ])('cannot be given as %s', async (_, pem) => {
    await using tenant = await startSimulatedTenant({ tls });
    const result = await runHere('read', { tenant, config: apiKeySettings(tenant, { ca_certificate: pem }) });
    expect(result.errors).toEqual([
      expect.objectContaining({ failure_type: 'config_error', message: expect.stringContaining('ca_certificate') }),
    ]);
    expect(tenant.counts.calls).toBe(0);
  });
});
