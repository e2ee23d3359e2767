import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { ANSWER_LIMITS } from './answer-time.ts';
import { Http } from './http.ts';
import { Limiter } from './limiter.ts';
import { networkFailure } from './network-failure.ts';
import { GONE_MS, Reachability } from './reachability.ts';

const TENANT = new URL('https://acme.us.qlikcloud.com/api/v1/users');

/** As Node puts it when the name service does not know a host. */
const unknown = (hostname: string) =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND', hostname });

describe('a host that nobody knows', () => {
  test('is a matter of tenant_url', () => {
    expect(networkFailure(unknown(TENANT.hostname), TENANT, false)).toMatchObject({
      failureType: 'config_error',
      remedy: expect.stringContaining('tenant_url'),
    });
  });

  test('is named as the proxy where it is', () => {
    const cause = new TypeError('fetch failed', { cause: unknown('proxy.example.com') });
    expect(networkFailure(cause, TENANT, false)).toMatchObject({
      failureType: 'config_error',
      remedy: expect.stringMatching(/proxy\.example\.com.*the proxy: check HTTPS_PROXY/),
    });
  });

  test.each([TENANT.hostname, 'proxy.example.com'])('passes once the tenant has answered: %s', (hostname) => {
    expect(networkFailure(unknown(hostname), TENANT, true)).toMatchObject({
      failureType: 'transient_error',
      isUnreachable: true,
    });
  });
});

/** What two calls come to where the name service forgets the host at some look-ups, the first being 1; and how many it takes. */
async function callsWhereForgotten(...forgotten: number[]) {
  const server = createServer((_, response) => response.setHeader('connection', 'close').end('"read"'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let lookUps = 0;
  const dispatcher = new Agent({
    connect: {
      lookup: (hostname, _, found) => {
        lookUps += 1;
        if (forgotten.includes(lookUps)) found(unknown(hostname), []);
        else found(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    },
  });
  const http = new Http({
    origin: `http://acme.example.com:${(server.address() as AddressInfo).port}`,
    credentials: { type: 'api_key', apiKey: 'key-1' },
    dispatcher,
    limiter: new Limiter({ calls: 100, windowMs: 1_000 }, () => {}),
    patience: { retryMs: 5_000, pauseMs: 0, firstBackoffMs: 1 },
    limits: ANSWER_LIMITS,
    reach: new Reachability({ name: 'The tenant', goneMs: GONE_MS, remedy: '' }),
    stop: new AbortController().signal,
    onToken: () => {},
    onCall: () => {},
  });
  const outcomes: PromiseSettledResult<unknown>[] = [];
  for (const path of ['/one', '/two'])
    outcomes.push(...(await Promise.allSettled([http.get({ path, parse: (json) => json })])));
  await dispatcher.destroy();
  await new Promise((resolve) => server.close(resolve));
  return { outcomes, lookUps };
}

describe('a name service that forgets the host', () => {
  test('after it has answered is borne', async () => {
    const { outcomes, lookUps } = await callsWhereForgotten(2, 3);
    expect(outcomes).toEqual([1, 2].map(() => ({ status: 'fulfilled', value: 'read' })));
    expect(lookUps).toBe(4);
  });

  test('before is told at once, each time', async () => {
    const { outcomes, lookUps } = await callsWhereForgotten(1, 2);
    expect(outcomes).toMatchObject([1, 2].map(() => ({ reason: { failureType: 'config_error' } })));
    expect(lookUps).toBe(2);
  });
});

describe('a certificate', () => {
  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ca_certificate'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ca_certificate'],
    ['CERT_HAS_EXPIRED', 'clock'],
    ['CERT_NOT_YET_VALID', 'clock'],
    ['CERT_REVOKED', 'not valid'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tenant_url'],
  ])('that is refused with %s is a matter of the settings', (code, remedy) => {
    const cause = Object.assign(new Error('no'), { code });
    expect(networkFailure(cause, TENANT, true)).toMatchObject({
      failureType: 'config_error',
      remedy: expect.stringContaining(remedy),
    });
  });
});
