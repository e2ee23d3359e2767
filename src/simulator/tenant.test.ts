import { createConnection } from 'node:net';
import { brotliDecompressSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { selfSigned } from './self-signed.ts';
import { type SimulatedTenant, startSimulatedTenant } from './tenant.ts';

let tenant: SimulatedTenant;
beforeEach(async () => {
  tenant = await startSimulatedTenant();
});
afterEach(() => tenant.close());

function ask(path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${tenant.apiKey}` };
  return fetch(tenant.url + path, { redirect: 'manual', ...init, headers: { ...headers, ...init.headers } });
}

async function token(body: object = {}) {
  const { clientId, clientSecret } = tenant.oauthClient;
  const asked = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials', ...body };
  const answer = await fetch(`${tenant.url}/oauth/token`, { method: 'POST', body: JSON.stringify(asked) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test('the key is a JWT of the admin; without it, nothing is told', async () => {
  const payload = JSON.parse(Buffer.from(tenant.apiKey.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(payload).toMatchObject({
    aud: 'qlik.api',
    iss: 'qlik.api/api-keys',
    sub: tenant.data.plan.adminId,
    subType: 'user',
  });
  for (const authorization of ['', 'Bearer ', 'Bearer wrong', tenant.apiKey]) {
    const answer = await ask('/api/v1/users', { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'HTTP-401', status: '401' }] });
  }
});

test('tokens serve until they expire', async () => {
  tenant.dials.tokenLifeSeconds = 0.1;
  const { body } = await token({ scope: 'admin_classic' });
  expect(body).toMatchObject({ token_type: 'bearer', expires_in: 0.1, scope: 'admin_classic' });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const me = await ask('/api/v1/users/me', { headers });
  expect(me.headers.get('location')).toBe(`${tenant.url}/api/v1/users/${tenant.data.plan.botId}`);
  await expect.poll(async () => (await ask('/api/v1/users/me', { headers })).status).toBe(401);
  tenant.dials.tokenLifeSeconds = 3600;
  expect((await token()).body.access_token).not.toBe(body.access_token);
});

test.each([
  ['qlik401', 401, { errors: [expect.objectContaining({ code: 'HTTP-401' })], traceId: expect.any(String) }],
  ['qlik400', 400, { errors: [expect.objectContaining({ code: 'HTTP-401' })], traceId: expect.any(String) }],
  ['rfc6749', 401, { error: 'invalid_client', error_description: 'Refused.' }],
] as const)('a refused token request: %s', async (dial, status, body) => {
  tenant.dials.tokenRefusal = dial;
  expect(await token({ client_secret: 'wrong' })).toEqual({ status, body });
});

test.each([
  ['absolute', 'TENANT/api/v1/users/ADMIN?fields=id'],
  ['relative', '/api/v1/users/ADMIN?fields=id'],
  ['otherHost', 'https://alias.tenant.example.com/api/v1/users/ADMIN?fields=id'],
  ['missing', undefined],
] as const)('users/me redirects: %s', async (dial, location) => {
  tenant.dials.meLocation = dial;
  const answer = await ask('/api/v1/users/me?fields=id');
  const expected = location?.replace('TENANT', tenant.url).replace('ADMIN', tenant.data.plan.adminId);
  expect([answer.status, answer.headers.get('location') ?? undefined]).toEqual([301, expected]);
});

test('single resources', async () => {
  const { data } = tenant;
  const json = async (path: string): Promise<unknown> => (await ask(`/api/v1/${path}`)).json();
  const app = [...data.items.all()][0];
  expect(await json(`items/${app?.id}`)).toMatchObject({ resourceId: app?.resourceId, actions: expect.any(Array) });
  expect(await json(`apps/${app?.resourceId}`)).toMatchObject({
    attributes: { id: app?.resourceId, encrypted: false },
  });
  expect(await json('users/actions/count')).toEqual({ total: 120 });
  for (const list of ['users', 'groups', 'spaces'] as const) {
    const [row] = [...data[list].all()];
    expect(await json(`${list}/${row?.id}`)).toEqual(row);
    expect((await ask(`/api/v1/${list}/nobody`)).status).toBe(404);
  }
  tenant.dials.apiKeyExpiry = '2026-02-03T00:00:00.000Z';
  expect(await json('api-keys')).toMatchObject({
    data: [{ id: data.plan.apiKeyId, expiry: tenant.dials.apiKeyExpiry }, {}, {}, {}, {}],
  });
  expect((await ask('/api/v1/tenants/me')).status).toBe(301);
  tenant.dials.tenantsMe = 'direct';
  expect(await json('tenants/me')).toMatchObject({ id: data.plan.tenantId, hostnames: expect.any(Array) });
});

test('what it was asked is counted', async () => {
  const { counts } = tenant;
  const [user] = [...tenant.data.users.all()];
  await Promise.all(
    ['users', 'users', `users/${user?.id}`, 'toString', 'roles?limit=0'].map((path) => ask(`/api/v1/${path}`)),
  );
  expect((await ask('/api/v1/users', { method: 'DELETE' })).status).toBe(405);
  await token();
  await expect.poll(() => counts.statuses).toEqual({ 200: 4, 400: 1, 404: 1, 405: 1 });
  expect(counts.calls).toBe(7);
  expect(counts.paths).toEqual({
    '/api/v1/users': 3,
    '/api/v1/users/{id}': 1,
    '/api/v1/toString': 1,
    '/api/v1/roles': 1,
    '/oauth/token': 1,
  });
  expect(counts).toMatchObject({ writes: 1, tokenRequests: 1 });
  expect(counts.mostInFlight).toBeGreaterThan(0);
  expect(counts.socketsOpened).toBeGreaterThan(0);
  expect([...counts.hosts]).toEqual([new URL(tenant.url).host]);
  expect([...counts.authorizations]).toEqual([`Bearer ${tenant.apiKey}`]);
  counts.reset();
  expect(counts).toMatchObject({ calls: 0, paths: {}, statuses: {}, writes: 0, tokenRequests: 0, socketsOpened: 0 });
});

test('calls at one time are counted', async () => {
  tenant.dials.latencyMs = 30;
  await Promise.all(Array.from({ length: 6 }, () => ask('/api/v1/roles')));
  expect(tenant.counts.mostInFlight).toBe(6);
  tenant.counts.reset();
  for (let call = 0; call < 3; call++) await (await ask('/api/v1/roles')).text();
  expect(tenant.counts.mostInFlight).toBe(1);
});

test.each([
  ['gzip, deflate, br', 'gzip'],
  ['br', 'br'],
  ['identity', undefined],
])('whoever accepts %s is sent %s', async (accepted, encoding) => {
  const headers = { authorization: `Bearer ${tenant.apiKey}`, 'accept-encoding': accepted };
  const large = await request(`${tenant.url}/api/v1/users`, { headers });
  expect(large.headers['content-encoding']).toBe(encoding);
  const bytes = Buffer.from(await large.body.arrayBuffer());
  if (encoding === 'br') expect(JSON.parse(brotliDecompressSync(bytes).toString())).toHaveProperty('data');
  const small = await request(`${tenant.url}/api/v1/nothing`, { headers });
  expect(small.headers['content-encoding']).toBeUndefined();
  await small.body.dump();
  tenant.dials.compression = 'off';
  const plain = await request(`${tenant.url}/api/v1/users`, { headers });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(await plain.body.json()).toHaveProperty('data');
});

test('closing ends every socket at once', async () => {
  const other = await startSimulatedTenant();
  const { port, hostname } = new URL(other.url);
  const idle = createConnection(Number(port), hostname);
  const ended = new Promise((resolve) => idle.on('close', resolve).on('error', () => {}));
  await expect.poll(() => other.counts.socketsOpened).toBe(1);
  other.faults.add({ path: '/api/v1/users', silent: true });
  const waiting = fetch(`${other.url}/api/v1/users`);
  await Promise.all([
    expect(waiting).rejects.toThrow(),
    expect
      .poll(() => other.counts.calls)
      .toBe(1)
      .then(() => other.close()),
  ]);
  await ended;
  await expect(fetch(other.url)).rejects.toThrow();
});

test('over TLS it is trusted by those who know its certificate, and breaks off alike', async () => {
  const tls = selfSigned();
  await using secure = await startSimulatedTenant({ tls });
  await expect(fetch(`${secure.url}/api/v1/roles`)).rejects.toMatchObject({
    cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
  const dispatcher = new Agent({ connect: { ca: tls.cert } });
  const headers = { authorization: `Bearer ${secure.apiKey}` };
  const roles = await request(`${secure.url}/api/v1/roles`, { dispatcher, headers });
  expect(await roles.body.json()).toMatchObject({ links: { self: { href: `${secure.url}/api/v1/roles` } } });
  for (const reset of ['before headers', 'in headers', 'mid body'] as const) {
    secure.faults.clear();
    secure.faults.add({ path: '/api/v1/roles', reset });
    const answer = request(`${secure.url}/api/v1/roles`, { dispatcher, headers }).then(({ body }) => body.text());
    await expect(answer).rejects.toThrow();
  }
  await dispatcher.destroy();
});
