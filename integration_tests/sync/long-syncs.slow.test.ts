import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { warningsOf } from '../../src/cdk/testing/lines.ts';
import { type Die, dice } from '../../src/simulator/data/dice.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { Connection, endOf, WELL } from '../support/connection.ts';
import { oauthSettings } from '../support/program.ts';
import {
  EDITS,
  editAmidCalls,
  editAtRandom,
  KEEPING_EDITS,
  onEngineCall,
  onEveryCall,
  plainTenant,
} from '../support/random-edits.ts';
import { TENANT_STREAMS } from '../support/stream-tests.ts';
import { appsOf } from '../support/streams/random-edit.ts';

/** LONG_SYNCS_SEED chooses the first of the random histories, LONG_SYNCS how many there are of each kind. */
const SEED = Number(process.env.LONG_SYNCS_SEED ?? 1);
const COUNT = Number(process.env.LONG_SYNCS ?? 6);
const SEEDS = Array.from({ length: COUNT }, (_, index) => SEED + index);

/** Lists of several pages, and apps enough for visits to overlap. */
const SIZE = { users: 330, groups: 20, roles: 20, spaces: 8, connections: 12, apps: 9, sheets: 3, charts: 3 };

/** Two syncs in which nothing happens: the first makes good what the one before could not see. */
async function syncQuietly(connection: Connection): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) expect(endOf(await connection.sync())).toEqual(WELL);
}

async function expectStill(tenant: SimulatedTenant, connection: Connection): Promise<void> {
  expect(connection.differences()).toEqual([]);
  tenant.engine.counts.reset();
  const { lines } = await connection.sync();
  expect(lines.filter(({ type }) => type === 'RECORD')).toEqual([]);
  expect(tenant.engine.counts.opens).toBe(0);
}

/** A call, and its answer once that begins, as the HTTP client tells of it. */
interface Exchange {
  readonly request: { readonly origin: unknown };
  readonly response?: { readonly statusCode: number };
}

/** Until when a stream said that it waits, each time. */
function waitsOf({ lines }: Outcome, name: string): number[] {
  return lines.flatMap(({ trace }) => {
    const { stream_descriptor, reasons = [] } = trace?.stream_status ?? {};
    return stream_descriptor?.name === name ? reasons.map(({ rate_limited }) => rate_limited.quota_reset) : [];
  });
}

describe.concurrent('tokens that end', () => {
  it.each([1, 3])('every %d seconds are renewed in time, by REST and for the engine', async (lifeSeconds) => {
    await using tenant = await plainTenant({ ...SIZE, users: 1_500 });
    Object.assign(tenant.dials, { tokenLifeSeconds: lifeSeconds, latencyMs: lifeSeconds * 120 });
    tenant.engine.dials.latencyMs = lifeSeconds * 60;
    const connection = new Connection(tenant, oauthSettings(tenant));
    const began = performance.now();
    expect(endOf(await connection.sync({ settings: { concurrent_apps: 1 } }))).toEqual(WELL);
    const lives = (performance.now() - began) / 1000 / lifeSeconds;
    expect(connection.differences()).toEqual([]);
    expect(lives).toBeGreaterThan(2);
    expect(tenant.counts.tokenRequests).toBeGreaterThan(1);
    // Each is renewed when a fifth of its life is left.
    expect(tenant.counts.tokenRequests).toBeLessThanOrEqual(Math.ceil(lives / 0.8) + 1);
    // Calls that take long may outlive it all the same, of the dozen over REST that are on their way at a time.
    expect(tenant.counts.statuses[401] ?? 0).toBeLessThanOrEqual(2 * lives);
    expect(tenant.engine.counts.refusals[401] ?? 0).toBeLessThanOrEqual(lives);
  });

  it.each(SEEDS)('at random moments, by being revoked, are renewed, with no storm of refusals: %d', async (seed) => {
    await using tenant = await plainTenant({ ...SIZE, users: 1_500 }, seed);
    Object.assign(tenant.dials, { latencyMs: 20 });
    tenant.engine.dials.latencyMs = 15;
    const connection = new Connection(tenant, oauthSettings(tenant));
    const revocations = revokeNowAndThen(tenant, dice(seed, 'revoked')(0));
    const outcome = await connection.sync({ settings: { concurrent_apps: 2 } });
    const times = revocations.end();
    expect(endOf(outcome)).toEqual(WELL);
    expect(connection.differences()).toEqual([]);
    expect(times).toBeGreaterThan(1);
    // One after each, and one after each session that ended.
    expect(tenant.counts.tokenRequests).toBeLessThanOrEqual(2 * times + 1);
    // Those that are in flight as a token ends are refused: no more than lists and visits at a time.
    expect(tenant.counts.statuses[401] ?? 0).toBeLessThanOrEqual(times * TENANT_STREAMS.length);
  });
});

/** Ends all tokens, and once in a while a session that was opened by one; `end` stops that and tells how often it was. */
function revokeNowAndThen(tenant: SimulatedTenant, die: Die): { end(): number } {
  const apps = appsOf(tenant.data).map(({ appId }) => appId);
  let times = 0;
  let notBeforeMs = 0;
  const end = onEveryCall(tenant, () => {
    // Whoever is refused a token that was fetched just before has no reason to believe in the next one.
    if (!tenant.credentials.isLastTokenUsed) notBeforeMs = performance.now() + 150 + die(150);
    if (performance.now() < notBeforeMs) return;
    times += 1;
    notBeforeMs = Number.POSITIVE_INFINITY;
    tenant.credentials.revokeTokens();
    const app = apps.pop();
    if (app && die(2) === 0) tenant.engine.faults.add({ app, method: 'GetFullPropertyTree', close: 4006, times: 1 });
  });
  return {
    end: () => {
      end();
      return times;
    },
  };
}

describe.concurrent('a tenant that changes while it is read', () => {
  it.each(SEEDS)('is known exactly two quiet syncs later: %d', async (seed) => {
    await using tenant = await plainTenant(SIZE, seed);
    const connection = new Connection(tenant);
    for (let sync = 0; sync < 4; sync += 1) {
      const life = editAmidCalls(tenant, { seed: seed * 10 + sync, often: 2 + sync });
      expect(endOf(await connection.sync({ settings: { concurrent_apps: 1 + (seed % 4) } }))).toEqual(WELL);
      life.end();
      expect(life.times).toBeGreaterThan(1);
    }
    await syncQuietly(connection);
    await expectStill(tenant, connection);
  });

  it('ends the walk through a list although the row that its cursor names is gone', async () => {
    await using tenant = await plainTenant({ ...SIZE, users: 350, spaces: 230 });
    const connection = new Connection(tenant);
    const { users, spaces } = tenant.data;
    const deleteLast = ({ url = '' }: { url?: string }) => {
      const { pathname, searchParams } = new URL(url, tenant.url);
      if (!searchParams.has('next') && !searchParams.has('page')) return;
      // The last row of the page before, and the first of the one that is asked for.
      const list = { '/api/v1/users': users, '/api/v1/spaces': spaces }[pathname];
      const [last, first] = [...(list?.all() ?? [])].slice(99, 101);
      for (const row of [last, first]) if (row) list?.delete(row.id);
    };
    tenant.server.prependListener('request', deleteLast);
    expect(endOf(await connection.sync())).toEqual(WELL);
    tenant.server.off('request', deleteLast);
    expect(users.count).toBeLessThan(350);
    expect(spaces.count).toBeLessThan(230);
    await syncQuietly(connection);
    await expectStill(tenant, connection);
  });
});

describe.concurrent('an app that is deleted', () => {
  it.each(['http', 'close', 'error'] as const)(
    'between listing and visit is named, told by %s',
    async (unknownApps) => {
      await using tenant = await plainTenant(SIZE);
      tenant.engine.dials.unknownApps = unknownApps;
      const connection = new Connection(tenant);
      const [doomed] = appsOf(tenant.data).slice(-1);
      tenant.server.prependOnceListener('upgrade', () => tenant.data.items.delete(doomed?.item.id ?? ''));
      const outcome = await connection.sync({ settings: { concurrent_apps: 1 } });
      expect(endOf(outcome)).toEqual(WELL);
      expect(warningsOf(outcome.lines)).toEqual([expect.stringContaining(doomed?.appId ?? '')]);
      await syncQuietly(connection);
      await expectStill(tenant, connection);
    },
  );

  it('in the middle of its visit, at each of its messages, is gone after the next sync', {
    timeout: 300_000,
  }, async () => {
    const met = new Set<string>();
    for (let message = 1; ; message += 1) {
      await using tenant = await plainTenant({
        users: 2,
        groups: 2,
        roles: 2,
        spaces: 2,
        connections: 2,
        apps: 3,
        sheets: 2,
        charts: 2,
      });
      const doomed = appsOf(tenant.data).find((document) => document.charts().length > 2);
      const connection = new Connection(tenant);
      let messages = 0;
      onEngineCall(tenant, (appId, moment) => {
        if (appId !== doomed?.appId || moment === 'upgrade') return;
        messages += 1;
        if (messages !== message) return;
        met.add(moment);
        tenant.data.items.delete(doomed.item.id);
      });
      const outcome = await connection.sync({ patience: { retryMs: 1_500, pauseMs: 0 } });
      const { exitCode, errors } = endOf(outcome);
      expect({ message, exitCode, errors }).toEqual({ message, exitCode: 0, errors: [] });
      if (messages < message) break;
      await syncQuietly(connection);
      expect(connection.differences()).toEqual([]);
    }
    expect([...met]).toEqual(expect.arrayContaining(['OpenDoc', 'GetObjects', 'GetObject', 'GetFullPropertyTree']));
  });
});

describe.concurrent('a tenant that limits calls', () => {
  it.each(['1', undefined])('in every window is read whole, at its pace, Retry-After: %s', async (retryAfter) => {
    await using tenant = await plainTenant({ ...SIZE, users: 900, apps: 3 });
    const windowMs = 1_000;
    const callsPerWindow = 4;
    tenant.faults.rateLimit = { callsPerWindow, windowMs, ...(retryAfter && { retryAfter }) };
    const connection = new Connection(tenant);
    const began = Date.now();
    const outcome = await connection.sync();
    expect(endOf(outcome)).toEqual(WELL);
    expect(connection.differences()).toEqual([]);
    const { statuses, calls } = tenant.counts;
    // In each window those are refused that were on their way as the first was: one a list.
    const windows = Math.ceil((Date.now() - began) / windowMs);
    expect(statuses[429]).toBeGreaterThan(0);
    expect(statuses[429]).toBeLessThanOrEqual(windows * TENANT_STREAMS.length);
    expect(calls - (statuses[429] ?? 0)).toBeLessThanOrEqual((windows + 1) * callsPerWindow);
    const waits = waitsOf(outcome, 'users');
    expect(waits.length).toBeGreaterThan(0);
    for (const untilMs of waits) expect(Number.isInteger(untilMs)).toBe(true);
    expect(Math.max(...waits)).toBeLessThanOrEqual(Date.now() + windowMs);
  });

  it('is not called while it asks for a pause', async () => {
    await using tenant = await plainTenant({ ...SIZE, users: 900, apps: 3 });
    const times: number[] = [];
    let pausedAt = 0;
    tenant.faults.add({ path: '/api/v1/users', after: 2, times: 1, status: 429, headers: { 'retry-after': '4' } });
    // Both as the client sees them: calls that are on their way by then may arrive late, and so may what it is told.
    const isOwn = ({ request }: Exchange) => String(request.origin) === tenant.url;
    const note = (exchange: unknown) => {
      if (isOwn(exchange as Exchange)) times.push(performance.now());
    };
    const hear = (exchange: unknown) => {
      const { response } = exchange as Exchange;
      if (isOwn(exchange as Exchange) && response?.statusCode === 429) pausedAt = performance.now();
    };
    subscribe('undici:request:create', note);
    subscribe('undici:request:headers', hear);
    const connection = new Connection(tenant);
    expect(endOf(await connection.sync())).toEqual(WELL);
    unsubscribe('undici:request:create', note);
    unsubscribe('undici:request:headers', hear);
    expect(pausedAt).toBeGreaterThan(0);
    expect(times.length).toBeGreaterThan(TENANT_STREAMS.length);
    // Until the client has read the rest of the answer.
    expect(times.filter((at) => at > pausedAt + 1_000 && at < pausedAt + 3_950)).toEqual([]);
    expect(connection.differences()).toEqual([]);
  });

  it.each([
    [3, 4],
    [3, 8],
    [1, 10],
  ])('to %d sessions is read by as many visits at a time, though settings name %d', async (sessionLimit, wanted) => {
    await using tenant = await plainTenant({ ...SIZE, users: 10, apps: 14 });
    Object.assign(tenant.engine.dials, { sessionLimit, latencyMs: 30 });
    const connection = new Connection(tenant);
    const outcome = await connection.sync({ settings: { concurrent_apps: wanted } });
    expect(endOf(outcome)).toEqual(WELL);
    expect(connection.differences()).toEqual([]);
    // Who finds no room waits for a visit to end, and keeps nobody else from going on: else this would take longer than a test may.
    expect(tenant.engine.counts.mostSessionsOpen).toBe(sessionLimit);
    expect(tenant.engine.counts.opens).toBe(appsOf(tenant.data).length);
    expect(tenant.engine.counts.upgrades).toBeLessThanOrEqual(appsOf(tenant.data).length * wanted);
  });

  it('to sessions of which somebody else holds all for a while is read after that, and says that it waits', async () => {
    await using tenant = await plainTenant({ ...SIZE, users: 10, apps: 5 });
    tenant.engine.dials.sessionLimit = 0;
    setTimeout(() => {
      tenant.engine.dials.sessionLimit = 2;
    }, 2_500);
    const connection = new Connection(tenant);
    const outcome = await connection.sync();
    expect(endOf(outcome)).toEqual(WELL);
    expect(connection.differences()).toEqual([]);
    for (const name of ['sheets', 'charts']) {
      const waits = waitsOf(outcome, name);
      expect(waits.length).toBeGreaterThan(0);
      for (const untilMs of waits) expect(Number.isInteger(untilMs)).toBe(true);
    }
    expect(waitsOf(outcome, 'users')).toEqual([]);
    // Each of the visits that wait tries once after each pause.
    expect(tenant.engine.counts.upgrades).toBeLessThanOrEqual(60);
  });

  it('by closing with 4205 now and then is read whole', async () => {
    await using tenant = await plainTenant({ ...SIZE, users: 10, apps: 14 });
    for (const { appId } of appsOf(tenant.data).filter((_, index) => index % 3 === 0))
      tenant.engine.faults.add({ app: appId, method: 'GetFullPropertyTree', close: 4205, times: 1 });
    const connection = new Connection(tenant);
    const outcome = await connection.sync();
    expect(endOf(outcome)).toEqual(WELL);
    expect(connection.differences()).toEqual([]);
    for (const untilMs of [...waitsOf(outcome, 'sheets'), ...waitsOf(outcome, 'charts')])
      expect(Number.isInteger(untilMs)).toBe(true);
    expect(waitsOf(outcome, 'users')).toEqual([]);
  });
});

describe.concurrent('all of it at once', () => {
  it.each(SEEDS)('and ended in between, ends exact: %d', { timeout: 240_000 }, async (seed) => {
    const die = dice(seed, 'all at once')(0);
    await using tenant = await plainTenant(SIZE, seed);
    Object.assign(tenant.dials, { tokenLifeSeconds: 2, latencyMs: 5 });
    Object.assign(tenant.engine.dials, { sessionLimit: 3, latencyMs: 5 });
    const connection = new Connection(tenant, oauthSettings(tenant));
    for (let sync = 0; sync < 5; sync += 1) {
      tenant.faults.rateLimit = { callsPerWindow: 8, windowMs: 700 };
      tenant.engine.faults.add({ method: 'GetObjects', close: 4205, times: die(2) });
      tenant.engine.faults.add({ method: 'GetFullPropertyTree', close: 1006, after: die(9), times: 1 });
      const stop = new AbortController();
      const isEnded = die(3) > 0;
      if (isEnded) setTimeout(() => stop.abort(new Error('that is enough')), 100 + die(2_500));
      // What was delivered without a state to tell of it must not go: nobody would miss it.
      const life = editAmidCalls(tenant, {
        seed: seed * 10 + sync,
        often: 4,
        edits: isEnded ? KEEPING_EDITS : EDITS,
      });
      const outcome = await connection.sync({ stop, settings: { concurrent_apps: 1 + die(4) } });
      life.end();
      if (!stop.signal.aborted) expect(endOf(outcome)).toEqual(WELL);
      const edits = stop.signal.aborted ? KEEPING_EDITS : EDITS;
      for (let change = die(6); change > 0; change -= 1) editAtRandom(tenant, die, edits);
    }
    tenant.faults.clear();
    tenant.engine.faults.clear();
    await syncQuietly(connection);
    await expectStill(tenant, connection);
  });
});
