import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Patience } from '../../src/qlik/retry.ts';
import { Tenant } from '../../src/qlik/tenant.ts';
import type { Failure } from '../../src/simulator/rest/faults.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { configured, discovered, LIST_NAMES, oauthSettings, only, type Run } from '../support/program.ts';
import { callsForLists, TWO_PAGES } from '../support/sizes.ts';
import { streamsOf } from '../support/stream-tests.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';

/** Matches the query of any page but a list's first. */
const LATER = /.*(next|page|cursor)=/;

type FaultByList = { readonly [list: string]: Failure };

/** A fault for each list, by turns. */
const inTurn = (faults: readonly Failure[]): FaultByList => {
  const resources = [...new Set(streamsOf('list').map(({ call }) => call.resource))];
  return Object.fromEntries(resources.map((resource, index) => [resource, faults[index % faults.length] as Failure]));
};

const ON_FIRST_PAGES: readonly Failure[] = [
  { status: 500 },
  { status: 502 },
  { status: 503 },
  { status: 408 },
  { reset: 'before headers' },
  { reset: 'mid body' },
  { html: true },
  { status: 500 },
  { body: { data: 'no list' } },
];
const ON_LATER_PAGES: readonly Failure[] = [
  { halfBody: true },
  { garbled: true },
  { truncatedGzip: true },
  { body: { data: { id: 'no list' } } },
  { reset: 'in headers' },
  { repeatsCursor: true },
  { repeatsCursor: true },
  { status: 503 },
  { reset: 'mid body' },
];

/** The lists in one mode. */
const listsIn = async (mode: string) =>
  configured(
    (await discovered()).filter(({ name }) => LIST_NAMES.includes(name)),
    mode,
  );

describe.concurrent('a read heals', () => {
  it.each<[string, RegExp, FaultByList]>([
    ['first pages', /limit/, inTurn(ON_FIRST_PAGES)],
    ['later pages', LATER, inTurn(ON_LATER_PAGES)],
    ['pages that are asked for too often', LATER, { users: { status: 429 }, items: { status: 429 } }],
    [
      'answers that are none',
      /limit/,
      { users: { html: true }, groups: { body: 'null' }, roles: { body: [] }, spaces: { body: '' } },
    ],
  ])('%s, and prints each row once', async (_, { source: onPage }, faults) => {
    await using tenant = await startSimulatedTenant(TWO_PAGES);
    for (const [list, wrong] of Object.entries(faults))
      tenant.faults.add({ path: new RegExp(`/${list}\\?${onPage}`), times: 1, ...wrong });
    const result = await runHere('read', { tenant });
    expect(result.code).toBe(0);
    expect(result.errors).toEqual([]);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
    const isAgain = (path: string) => Object.keys(faults).some((list) => path.endsWith(`/${list}`));
    const calls = Object.entries(callsForLists(tenant.data)).map(([path, count]) => [
      path,
      count + (isAgain(path) ? 1 : 0),
    ]);
    expect(tenant.counts.paths).toMatchObject(Object.fromEntries(calls));
  });

  it('after a pause that the tenant asks for, and says until when it waits', async () => {
    await using tenant = await startSimulatedTenant(TWO_PAGES);
    tenant.faults.add({ path: '/api/v1/users', after: 1, times: 1, status: 429, headers: { 'retry-after': '1' } });
    tenant.dials.latencyMs = 50;
    const began = Date.now();
    const result = await runHere('read', { tenant });
    expect(result.code).toBe(0);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
    const reasons = result.statuses('users').flatMap(({ reasons }) => reasons ?? []);
    expect(reasons).toEqual([{ type: 'RATE_LIMITED', rate_limited: { quota_reset: expect.any(Number) } }]);
    const untilMs = reasons[0]?.rate_limited.quota_reset ?? 0;
    expect(untilMs).toBeGreaterThan(began + 1_000);
    expect(untilMs).toBeLessThanOrEqual(Date.now());
  });

  it.each<[what: string, wrong: Failure & { times?: number }]>([
    ['at once', { status: 503, times: 1 }],
    ['in whole words', { halfBody: true, times: 1 }],
    ['to such a caller', { status: 403 }],
    ['at all', { status: 404 }],
  ])('where the tenant does not say which one it is %s', async (_, wrong) => {
    await using tenant = await startSimulatedTenant({ ...TWO_PAGES, users: 3 });
    tenant.faults.add({ path: /tenants/, ...wrong });
    const result = await runHere('read', { tenant, catalog: await listsIn('incremental') });
    expect(result.code).toBe(0);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
    const tellsNothing = wrong.times === undefined;
    const { upstream, address } = result.states('users').at(-1) ?? {};
    expect({ upstream, address }).toEqual({
      upstream: tellsNothing ? undefined : tenant.data.plan.tenantId,
      address: tenant.url,
    });
  });

  it('by OAuth where its token is revoked in the middle, with a single new one', async () => {
    await using tenant = await startSimulatedTenant(TWO_PAGES);
    const secondPage = `next=`;
    const revoke = ({ url = '' }: { url?: string }) => {
      if (!url.includes('/users') || !url.includes(secondPage)) return;
      tenant.server.off('request', revoke);
      tenant.credentials.revokeTokens();
    };
    tenant.server.prependListener('request', revoke);
    const result = await runHere('read', { tenant, config: oauthSettings(tenant) });
    expect(result.code).toBe(0);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
    expect(tenant.counts.tokenRequests).toBe(2);
    expect(tenant.counts.statuses[401]).toBeGreaterThan(0);
  });
});

describe.each(['full_refresh', 'incremental'])(
  'a read in %s in which streams fail, each for a reason of its own',
  (mode) => {
    let tenant: SimulatedTenant;
    let result: Run;

    beforeAll(async () => {
      tenant = await startSimulatedTenant({ ...TWO_PAGES, users: 350 });
      tenant.faults.forbid('roles');
      tenant.faults.add({ path: '/api/v1/users', after: 2, status: 401 });
      tenant.faults.add({ path: '/api/v1/data-connections', after: 1, times: 1, partial: true });
      tenant.faults.add({ path: '/api/v1/spaces', times: 1, expiredCursor: true });
      tenant.faults.add({ path: /items\?.*resourceType=app/, expiredCursor: true });
      tenant.faults.add({ path: '/api/workflows/automations', times: 1, expiredCursor: true });
      tenant.faults.add({ path: '/api/v1/data-files', after: 1, times: 1, partial: true });
      result = await runHere('read', { tenant, catalog: await listsIn(mode) });
    });
    afterAll(() => tenant.close());

    it('completes the others and exits with 1', () => {
      const failed = ['users', 'roles', 'apps', 'connections', 'data_files'];
      const endOf = (name: string) => (failed.includes(name) ? 'INCOMPLETE' : 'COMPLETE');
      expect(result.ends).toEqual(Object.fromEntries(LIST_NAMES.map((name) => [name, endOf(name)])));
      const whole = LIST_NAMES.filter((name) => endOf(name) === 'COMPLETE');
      expect(deliveredBy(result, whole)).toEqual(truthOf(tenant, whole));
      expect(result.code).toBe(1);
    });

    it('says what a refused stream takes', () => {
      expect(result.errorOf('roles')).toMatchObject({
        failure_type: 'config_error',
        message: expect.stringMatching(/403.*Tenant Admin.*admin_classic/s),
      });
      expect(tenant.counts.paths['/api/v1/roles']).toBe(1);
    });

    it('says that the API key is refused where it suddenly is, after the rows before', () => {
      expect(result.errorOf('users')).toMatchObject({
        failure_type: 'config_error',
        message: expect.stringMatching(/401.*API key/s),
      });
      expect(result.rows('users')).toHaveLength(200);
    });

    it.each(['connections', 'data_files'])('says that an answer has gaps, and delivers what it holds: %s', (name) => {
      expect(result.errorOf(name)).toMatchObject({
        failure_type: 'transient_error',
        message: expect.stringContaining('DCERROR-502'),
      });
      const truth = truthOf(tenant, [name])[name];
      expect(result.rows(name)).toHaveLength((truth?.length ?? 0) - 1);
      expect(truth).toEqual(expect.arrayContaining(deliveredBy(result, [name])[name] ?? []));
    });

    it.each([
      ['spaces', '/api/v1/spaces'],
      ['automations', '/api/workflows/automations'],
    ])('starts a list once more whose cursor is refused, and prints no row again: %s', (name, path) => {
      expect(deliveredBy(result, [name])).toEqual(truthOf(tenant, [name]));
      expect(tenant.counts.paths[path]).toBe(4);
    });

    it('gives up a list whose cursor is refused again, with the rows that it has', () => {
      expect(result.rows('apps')).toHaveLength(100);
      expect(result.errorOf('apps')?.message).toContain('400');
      // Twice the first page and twice the second one, beside two pages of data sets.
      expect(tenant.counts.paths['/api/v1/items']).toBe(4 + 2);
    });

    it('sums up at its end', () => {
      expect(result.errors.at(-1)?.stream_descriptor).toBeUndefined();
      expect(result.errors.at(-1)?.message).toContain(`5 of ${LIST_NAMES.length}`);
      expect(result.messages.at(-1)?.trace?.error).toBe(result.errors.at(-1));
    });

    it('leaves states from which the next one goes on: with what is missing in incremental, and no deletion', async () => {
      tenant.faults.clear();
      const state = result.messages.filter(({ type }) => type === 'STATE');
      const next = await runHere('read', { tenant, catalog: await listsIn(mode), state });
      expect(next.code).toBe(0);
      if (mode === 'full_refresh') {
        expect(deliveredBy(next)).toEqual(truthOf(tenant));
        return;
      }
      const truth = truthOf(tenant);
      for (const name of LIST_NAMES) {
        const both = [...(deliveredBy(result)[name] ?? []), ...(deliveredBy(next)[name] ?? [])];
        expect(both).toHaveLength(truth[name]?.length ?? 0);
        expect(both).toEqual(expect.arrayContaining(truth[name] ?? []));
      }
    });
  },
);

describe.concurrent('a read fails', () => {
  it('by OAuth where new tokens are refused too', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.refuseKey = true;
    const result = await runHere('read', {
      tenant,
      config: oauthSettings(tenant),
      catalog: await only('users', 'spaces'),
    });
    expect(result.ends).toEqual({ users: 'INCOMPLETE', spaces: 'INCOMPLETE' });
    for (const { failure_type } of result.errors) expect(failure_type).toBe('config_error');
    expect(result.errorOf('users')?.message).toMatch(/401.*client_secret/s);
    expect(tenant.counts.paths).toMatchObject({ '/api/v1/users': 2, '/api/v1/spaces': 2 });
  });
});

describe.concurrent('trouble that stays', () => {
  const scope = { includeSpaces: [], excludeSpaces: [], includePersonalApps: true };
  const unheard = { onSecret: () => {}, onWait: () => {}, onCall: () => {}, onWarning: () => {} };

  /** All users, by the client that the program uses, with less patience than a read has. */
  async function users(tenant: SimulatedTenant, patience: Patience): Promise<unknown[]> {
    await using client = new Tenant(
      { tenantUrl: tenant.url, credentials: { type: 'api_key', apiKey: tenant.apiKey }, scope },
      { patience, stop: new AbortController().signal, ...unheard },
    );
    return await Array.fromAsync(client.pages({ path: '/api/v1/users', query: { sort: '+createdAt' }, needs: '' }));
  }

  it.each<Failure>([
    { status: 500 },
    { status: 408 },
    { reset: 'before headers' },
    { reset: 'mid body' },
    { halfBody: true },
    { garbled: true },
    { truncatedGzip: true },
    { body: { data: null } },
  ])('like %j is met more than once, then reported as such', async (wrong) => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: '/api/v1/users', ...wrong });
    await expect(users(tenant, { retryMs: 4_000, pauseMs: 0 })).rejects.toMatchObject({
      failureType: 'transient_error',
    });
    expect(tenant.counts.calls).toBeGreaterThan(1);
    expect(tenant.counts.calls).toBeLessThan(10);
  });

  it('like a tenant that always asks to wait is borne ten times', async () => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: '/api/v1/users', status: 429, headers: { 'retry-after': '0' } });
    await expect(users(tenant, { retryMs: 0, pauseMs: 60_000, firstBackoffMs: 1 })).rejects.toMatchObject({
      failureType: 'transient_error',
      message: expect.stringContaining('429'),
    });
    expect(tenant.counts.calls).toBe(11);
  });

  it.each([400, 401, 403, 404])('like %d is not met again', async (status) => {
    await using tenant = await startSimulatedTenant();
    tenant.faults.add({ path: '/api/v1/users', status });
    await expect(users(tenant, { retryMs: 60_000, pauseMs: 60_000 })).rejects.toThrow(String(status));
    expect(tenant.counts.calls).toBe(1);
  });
});
