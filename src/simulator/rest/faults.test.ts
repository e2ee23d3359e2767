import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SimulatedTenant, startSimulatedTenant } from '../tenant.ts';
import type { Fault } from './faults.ts';

let tenant: SimulatedTenant;
beforeEach(async () => {
  tenant = await startSimulatedTenant({ users: 150 });
});
afterEach(() => {
  vi.useRealTimers();
  return tenant.close();
});

function ask(path = '/api/v1/users', init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${tenant.apiKey}` };
  return fetch(tenant.url + path, { redirect: 'manual', ...init, headers: { ...headers, ...init.headers } });
}

function strike(wrong: Partial<Fault>) {
  return tenant.faults.add({ path: '/api/v1/users', ...wrong });
}

test('a status, as often as told, after as many calls as told', async () => {
  strike({ status: 503, times: 2, after: 1 });
  const statuses: number[] = [];
  for (let call = 0; call < 5; call++) statuses.push((await ask()).status);
  expect(statuses).toEqual([200, 503, 503, 200, 200]);
});

test('a status in Qlik’s words, with headers', async () => {
  strike({ status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } });
  const answer = await ask();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, 'Wed, 21 Oct 2026 07:28:00 GMT']);
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 'HTTP-429', title: 'API rate limit reached.', status: 429 }],
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('by expression and method; the first fault that fits; removed, and cleared', async () => {
  const remove = tenant.faults.add({ path: /users\?limit=7$/g, status: 500 });
  tenant.faults.add({ path: '/api/v1/users', method: 'POST', status: 501 });
  tenant.faults.add({ path: /users/, status: 502 });
  expect((await ask('/api/v1/users?limit=7')).status).toBe(500);
  expect((await ask('/api/v1/users?limit=7')).status).toBe(500);
  expect((await ask('/api/v1/users', { method: 'POST' })).status).toBe(501);
  remove();
  expect((await ask('/api/v1/users?limit=7')).status).toBe(502);
  tenant.faults.clear();
  expect((await ask('/api/v1/users?limit=7')).status).toBe(200);
});

test.each(['before headers', 'in headers'] as const)('a reset %s', async (reset) => {
  strike({ reset });
  await expect(ask()).rejects.toThrow('fetch failed');
});

test.each([{ reset: 'mid body' }, { halfBody: true }, { truncatedGzip: true }] as Partial<Fault>[])(
  'a body that breaks off: %o',
  async (wrong) => {
    strike(wrong);
    const answer = await ask();
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow();
  },
);

test('garbled JSON', async () => {
  strike({ garbled: true });
  const body = await (await ask()).text();
  expect(() => JSON.parse(body) as unknown).toThrow();
  expect(body.length).toBeGreaterThan(5000);
});

test('JSON of another shape, and a log-in page', async () => {
  strike({ body: [1, 2], times: 1 });
  strike({ html: true });
  expect(await (await ask()).json()).toEqual([1, 2]);
  const page = await ask();
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await page.text()).toMatch(/^<!doctype html>/);
});

test('silence', async () => {
  strike({ silent: true });
  await expect(ask('/api/v1/users', { signal: AbortSignal.timeout(60) })).rejects.toThrow('timeout');
  await expect.poll(() => tenant.counts.statuses).toEqual({ 0: 1 });
});

test('a delay, of one call and of all', async () => {
  const since = async (path: string) => {
    const start = performance.now();
    expect((await ask(path)).status).toBe(200);
    return performance.now() - start;
  };
  strike({ delayMs: 120 });
  expect(await since('/api/v1/users')).toBeGreaterThan(110);
  tenant.dials.latencyMs = 60;
  expect(await since('/api/v1/roles')).toBeGreaterThan(50);
});

test('a redirect', async () => {
  strike({ redirect: 'https://elsewhere.example.com/' });
  const answer = await ask();
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://elsewhere.example.com/']);
});

interface List {
  data: unknown[];
  links: { next?: { href: string } };
  errors?: { code: string }[];
}

test('a cursor that expires, once', async () => {
  strike({ expiredCursor: true, times: 1 });
  const first = (await (await ask()).json()) as List;
  const next = (first.links.next?.href ?? '').slice(tenant.url.length);
  expect((await ask(next)).status).toBe(400);
  expect((await ask(next)).status).toBe(200);
});

test('a cursor that leads to itself', async () => {
  strike({ repeatsCursor: true });
  const first = (await (await ask()).json()) as List;
  const next = first.links.next?.href ?? '';
  const second = (await (await ask(next.slice(tenant.url.length))).json()) as List;
  expect(second.data).not.toEqual(first.data);
  expect(second.links.next?.href).toBe(next);
});

test('a list without rows, and a list that lacks one', async () => {
  strike({ empty: true });
  tenant.faults.add({ path: '/api/v1/data-connections', partial: true });
  expect(await (await ask()).json()).toEqual({ data: [], links: { self: { href: `${tenant.url}/api/v1/users` } } });
  const partial = (await (await ask('/api/v1/data-connections')).json()) as List;
  expect(partial.data).toHaveLength(25);
  expect(partial.errors?.[0]?.code).toBe('DCERROR-502');
});

test('what is forbidden, and a key that is refused', async () => {
  const allow = tenant.faults.forbid('users');
  const others = `/api/v1/users/${tenant.data.plan.botId}`;
  const paths = ['/api/v1/users', others, '/api/v1/users/me', '/api/v1/roles'];
  const statuses = async () => Promise.all(paths.map(async (path) => (await ask(path)).status));
  expect(await statuses()).toEqual([403, 403, 301, 200]);
  allow();
  expect(await statuses()).toEqual([200, 200, 301, 200]);
  tenant.faults.refuseKey = true;
  expect(await statuses()).toEqual([401, 401, 401, 401]);
});

test('a rate limit', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  tenant.faults.rateLimit = { callsPerWindow: 3, windowMs: 200 };
  const answers = await Promise.all(
    ['users', 'roles', 'groups', 'items', 'spaces'].map((list) => ask(`/api/v1/${list}`)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
  expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
  vi.setSystemTime(Date.now() + 199);
  expect((await ask()).status).toBe(429);
  vi.setSystemTime(Date.now() + 1);
  expect((await ask()).status).toBe(200);
});
