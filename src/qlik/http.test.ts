import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { ANSWER_LIMITS } from './answer-time.ts';
import { Http } from './http.ts';
import { Limiter } from './limiter.ts';
import { GONE_MS, Reachability } from './reachability.ts';

/** A host over real sockets, and what it was asked. */
async function startHost(answer: (call: IncomingMessage, response: ServerResponse) => void) {
  const asked: { path: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer((call, response) => {
    asked.push({ path: call.url, authorization: call.headers.authorization });
    answer(call, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    host,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A tenant that redirects `/start` to where `location` says, and a second host that must not be asked. */
async function redirectedTo(location: (own: string, other: string) => string | undefined) {
  await using other = await startHost((_, response) => response.end('{"from":"the other host"}'));
  await using tenant = await startHost((call, response) => {
    const target = call.url === '/start' ? location(tenant.host, other.host) : undefined;
    if (call.url === '/start') response.writeHead(302, target === undefined ? {} : { location: target }).end();
    else response.end('{"from":"the tenant"}');
  });
  const dispatcher = new Agent();
  const http = new Http({
    origin: `http://${tenant.host}`,
    credentials: { type: 'api_key', apiKey: 'key-1' },
    dispatcher,
    limiter: new Limiter({ calls: 100, windowMs: 1_000 }, () => {}),
    patience: { retryMs: 0, pauseMs: 0 },
    limits: ANSWER_LIMITS,
    reach: new Reachability({ name: 'The tenant', goneMs: GONE_MS, remedy: '' }),
    stop: new AbortController().signal,
    onToken: () => {},
    onCall: () => {},
  });
  const [outcome] = await Promise.allSettled([http.get({ path: '/start', parse: (json) => json })]);
  await dispatcher.destroy();
  return { outcome, other: other.asked, tenant: tenant.asked, otherHost: other.host };
}

describe.concurrent('a redirect', () => {
  test.each<[what: string, location: (own: string, other: string) => string, path: (other: string) => string]>([
    ['with a host for a path', (own, other) => `http://${own}//${other}/x`, (other) => `//${other}/x`],
    ['with two backslashes', (own, other) => `http://${own}\\\\${other}/x?y=1`, (other) => `//${other}/x?y=1`],
    ['with a path that climbs', (own, other) => `http://${own}/a/..//${other}/x`, (other) => `//${other}/x`],
    ['to the API of another host', (_, other) => `http://${other}/api/x?y=1`, () => '/api/x?y=1'],
    ['without a scheme', (_, other) => `//${other}/api/x`, () => '/api/x'],
    ['to a user of another host', (own, other) => `http://${own}@${other}/api/x`, () => '/api/x'],
  ])('%s is asked for on the tenant alone', async (_, location, path) => {
    const { outcome, other, tenant, otherHost } = await redirectedTo(location);
    expect(other).toEqual([]);
    expect(outcome).toEqual({ status: 'fulfilled', value: { from: 'the tenant' } });
    expect(tenant).toEqual(
      ['/start', path(otherHost)].map((asked) => ({ path: asked, authorization: 'Bearer key-1' })),
    );
  });

  test.each<[what: string, location: (own: string, other: string) => string | undefined]>([
    ['to another host by a backslash', (_, other) => `/\\${other}/x`],
    ['to another host without a scheme', (_, other) => `//${other}/x`],
    ['to another host that has the API at a second look', (_, other) => `http://${other}//api/x`],
    ['to no host', () => 'http://'],
    ['to a file', () => 'file:///etc/passwd'],
  ])('%s is a matter of the settings, and not followed', async (_, location) => {
    const { outcome, other, tenant } = await redirectedTo(location);
    expect(other).toEqual([]);
    expect(tenant).toHaveLength(1);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { failureType: 'config_error' } });
  });

  test('to nowhere ends as a matter of the settings', async () => {
    const { outcome, tenant } = await redirectedTo(() => undefined);
    expect(tenant.length).toBeLessThan(10);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { failureType: 'config_error' } });
  });
});
