import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/cdk/index.ts';
import { SECRET_MARK } from '../../src/simulator/data/connections.ts';
import type { Dials } from '../../src/simulator/rest/dials.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { configured, discovered, LIST_NAMES, lists, oauthSettings, only, type Run, run } from '../support/program.ts';
import { callsForLists, SEVERAL_PAGES } from '../support/sizes.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';

const MODES = ['full_refresh', 'incremental'];

/** The lists in one mode. */
const listsIn = async (mode: string) =>
  configured(
    (await discovered()).filter(({ name }) => LIST_NAMES.includes(name)),
    mode,
  );
const statesOf = ({ messages }: Run) => messages.filter(({ type }) => type === 'STATE');

describe.each(MODES)('a read of all lists in %s', (mode) => {
  let tenant: SimulatedTenant;
  let result: Run;
  let bytesSent = 0;

  beforeAll(async () => {
    tenant = await startSimulatedTenant({ ...SEVERAL_PAGES, users: 1_250 });
    tenant.data.users.add({ name: 'O\'Neil "\u2028\n😀\\' });
    const sockets: Socket[] = [];
    tenant.server.on('connection', (socket: Socket) => sockets.push(socket));
    result = await run('read', { tenant, catalog: await listsIn(mode) });
    bytesSent = sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  });
  afterAll(() => tenant.close());

  it('completes', () => {
    expect(result.ends).toEqual(Object.fromEntries(LIST_NAMES.map((name) => [name, 'COMPLETE'])));
    expect(result.code).toBe(0);
  });

  describe.each(lists)('$name', (stream) => {
    const { name, primaryKey } = stream;

    it('has the rows of the tenant, each once', () => {
      expect(result.rows(name).length).toBeGreaterThan(100);
      expect(deliveredBy(result, [name])).toEqual(truthOf(tenant, [name]));
    });

    it('has rows that fit its schema, and no column beside it', () => {
      const ajv = addFormats.default(new Ajv({ allErrors: true }).addKeyword('airbyte_type'));
      const validate = ajv.compile({ ...recordSchema(stream), additionalProperties: false });
      const fits: (row: unknown) => boolean = validate;
      const faults = result
        .rows(name)
        .flatMap((row) => (fits(row) ? [] : `${row.id}: ${ajv.errorsText(validate.errors)}`));
      expect(faults).toEqual([]);
    });

    it('has keys that are there and differ', () => {
      const keys = result.rows(name).map((row) => JSON.stringify(primaryKey.map((field) => row[field] ?? 'missing')));
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => key.includes('missing'))).toEqual([]);
    });

    it('says of each row when it was seen, and that it lives', () => {
      const seen = new Set(result.rows(name).map((row) => `${row._ab_cdc_updated_at} ${row._ab_cdc_deleted_at}`));
      expect([...seen]).toEqual([expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z null$/)]);
    });

    it('announces its rows in a state, and saves it once, at the end, within the usual ten seconds', () => {
      const counts = statesOf(result).flatMap(({ state }) =>
        state?.stream.stream_descriptor.name === name ? [state.sourceStats.recordCount] : [],
      );
      expect(counts).toEqual(mode === 'incremental' ? [0, result.rows(name).length] : [result.rows(name).length]);
    });
  });

  it('makes one call for each hundred rows, no list twice, asks whose they are where a state is of use, and changes nothing', () => {
    expect(tenant.counts.paths).toEqual({
      ...callsForLists(tenant.data),
      ...(mode === 'incremental' && { '/api/v1/tenants/me': 1, '/api/v1/tenants/{id}': 1 }),
    });
    const redirects = mode === 'incremental' ? 1 : 0;
    expect(tenant.counts.statuses).toEqual({
      200: tenant.counts.calls - redirects,
      ...(redirects > 0 && { 301: redirects }),
    });
    expect(tenant.counts.writes).toBe(0);
  });

  it('makes them over connections that are kept', () => {
    expect(tenant.counts.socketsOpened).toBeLessThan(tenant.counts.calls / 2);
  });

  it('gets its answers compressed', () => expect(bytesSent).toBeLessThan(Buffer.byteLength(result.stdout) / 3));

  it('includes system groups, disabled connections and data files', () => {
    const has = (stream: string, field: string, value: string) =>
      result.rows(stream).some((row) => row[field] === value);
    expect(has('groups', 'name', 'com.qlik.Everyone')).toBe(true);
    expect(has('connections', 'datasourceID', 'oledb')).toBe(true);
    expect(has('connections', 'qName', 'DataFiles')).toBe(true);
  });

  it('shows no secret of a connect statement', () => {
    const statements = [...tenant.data.connections.all()].map(({ qConnectStatement }) => qConnectStatement).join();
    expect(statements).toContain(SECRET_MARK);
    expect(result.stdout).not.toContain(SECRET_MARK);
  });

  it('announces how many rows come where the tenant tells', () => {
    const estimates = result.messages.flatMap(({ trace }) => trace?.estimate ?? []);
    const told = Object.fromEntries(estimates.map(({ name, row_estimate }) => [name, row_estimate]));
    const { users, roles, spaces, connections } = tenant.data;
    expect(told).toMatchObject({
      users: users.count,
      roles: roles.count,
      spaces: spaces.count,
      connections: connections.count,
    });
  });
});

describe.concurrent('a read', () => {
  it('renews its token before that ends', async () => {
    await using tenant = await startSimulatedTenant({ users: 2_400 });
    tenant.dials.tokenLifeSeconds = 3;
    tenant.dials.latencyMs = 120;
    const result = await runHere('read', { tenant, config: oauthSettings(tenant), catalog: await only('users') });
    expect(deliveredBy(result, ['users'])).toEqual(truthOf(tenant, ['users']));
    expect(tenant.counts.tokenRequests).toBeGreaterThan(1);
    expect(tenant.counts.statuses[401]).toBeUndefined();
  });

  it('by OAuth makes all calls with one token, and tells nothing that depends on who is asking', async () => {
    await using tenant = await startSimulatedTenant({ users: 250 });
    const app = [...tenant.data.items.all()].find(({ resourceType }) => resourceType === 'app');
    const custom = {
      actions: ['read'],
      deep: [{ privileges: ['read'], meta: { roles: [], kept: 1 }, links: { self: 1 } }],
    };
    tenant.data.items.change(app?.id ?? '', { resourceAttributes: { ...app?.resourceAttributes, custom } });
    const result = await runHere('read', { tenant, config: oauthSettings(tenant), env: { LOG_LEVEL: 'debug' } });
    expect(result.code).toBe(0);
    expect(tenant.counts).toMatchObject({ tokenRequests: 1, writes: 0 });
    expect([...tenant.counts.authorizations]).toHaveLength(1);
    for (const name of LIST_NAMES) expect(result.rows(name).flatMap((row) => personalFields(row))).toEqual([]);
    expect(result.stdout).toContain('"deep":[{"meta":{"kept":1},"links":{}}]');
    const others = LIST_NAMES.filter((name) => name !== 'apps');
    expect(deliveredBy(result, others)).toEqual(truthOf(tenant, others));
  });

  it('takes old names of a user’s times, a fifth cursor and brotli, and saves its state after every page if told so', async () => {
    await using tenant = await startSimulatedTenant({ users: 450 });
    Object.assign(tenant.dials, { legacyUsers: true, cursorParameter: 'endingBefore' } satisfies Partial<Dials>);
    const encodings = new Set<unknown>();
    tenant.server.prependListener('request', ({ headers }: IncomingMessage) => {
      encodings.add(headers['accept-encoding']);
      headers['accept-encoding'] = 'br';
    });
    const result = await runHere('read', { tenant, catalog: await only('users'), env: { STATE_INTERVAL_MS: '0' } });
    const users = truthOf(tenant, ['users']).users?.map(({ assignedRoles, assignedGroups, ...user }) => user);
    expect(deliveredBy(result, ['users']).users).toEqual(users);
    expect([...encodings]).toEqual([expect.stringMatching(/^(?=.*\bbr\b).*\bgzip\b/)]);
    expect(result.states('users').length).toBeGreaterThanOrEqual(5);
  });

  it.each(MODES)('in %s sends the chosen columns only, and always the key', async (mode) => {
    await using tenant = await startSimulatedTenant();
    const columns: { [stream: string]: string[] } = {
      users: ['id', 'email'],
      spaces: ['name'],
      apps: ['id', 'url', 'gone'],
    };
    const cut = (await discovered())
      .filter(({ name }) => columns[name])
      .map((stream) => {
        const properties = Object.fromEntries((columns[stream.name] ?? []).map((column) => [column, {}]));
        return { ...stream, json_schema: { type: 'object', properties } };
      });
    const result = await runHere('read', { tenant, catalog: configured(cut, mode) });
    const always = ['_ab_cdc_updated_at', '_ab_cdc_deleted_at'];
    const sent = (stream: string) => [...new Set(result.rows(stream).flatMap((row) => Object.keys(row)))].sort();
    expect(sent('users')).toEqual(['id', 'email', ...always].sort());
    expect(sent('spaces')).toEqual(['id', 'name', ...always].sort());
    expect(sent('apps')).toEqual(['id', 'url', ...always].sort());
    expect(result.rows('users')).toHaveLength(tenant.data.users.count);
  });

  it('sends rows again when other columns are chosen, and not when something changes in columns that are not', async () => {
    await using tenant = await startSimulatedTenant({ users: 12 });
    const choice = async (...columns: string[]) => {
      const stream = (await discovered()).filter(({ name }) => name === 'users');
      const properties = Object.fromEntries(columns.map((column) => [column, {}]));
      return configured(
        stream.map((users) => ({ ...users, json_schema: { type: 'object', properties } })),
        'incremental',
      );
    };
    const first = await runHere('read', { tenant, catalog: await choice('id', 'email') });
    const [user] = [...tenant.data.users.all()];
    tenant.data.users.change(user?.id ?? '', { name: 'Another Name' });
    const same = await runHere('read', { tenant, catalog: await choice('id', 'email'), state: statesOf(first) });
    const more = await runHere('read', { tenant, catalog: await choice('id', 'email', 'name'), state: statesOf(same) });
    const counts = [first, same, more].map((result) => result.rows('users').length);
    expect(counts).toEqual([tenant.data.users.count, 0, tenant.data.users.count]);
    expect(more.rows('users').map(({ name }) => name)).toContain('Another Name');
  });

  it('is complete as PyAirbyte asks for it: incremental whatever the stream, and a state that is an empty list', async () => {
    await using tenant = await startSimulatedTenant({ spaces: 0, apps: 0 });
    const offered = (await discovered()).filter(({ name }) => LIST_NAMES.includes(name));
    const catalog = configured(offered, 'incremental');
    const result = await runHere('read', { tenant, catalog, state: [] });
    expect(result.code).toBe(0);
    expect(deliveredBy(result)).toEqual(truthOf(tenant));
    expect(result.rows('spaces')).toEqual([]);
    expect(result.states('spaces')).toHaveLength(1);
  });

  it('that is incremental sends of each list what is new, changed and gone, later than all before', async () => {
    await using tenant = await startSimulatedTenant({ users: 150, spaces: 12, apps: 3 });
    const catalog = await listsIn('incremental');
    const first = await runHere('read', { tenant, catalog });
    const { users, spaces } = tenant.data;
    const [changed, gone] = [...users.all()].slice(2, 4).map(({ id }) => id) as [string, string];
    const added = users.add({ name: 'Newcomer' }).id;
    users.change(changed, { name: 'Another Name' });
    users.delete(gone);
    const space = [...spaces.all()][1]?.id ?? '';
    spaces.change(space, { name: 'Another Space' });
    const second = await runHere('read', { tenant, catalog, state: statesOf(first) });
    expect(second.code).toBe(0);
    const sent = (name: string) => second.rows(name).map(({ id, _ab_cdc_deleted_at: at }) => [id, at === null]);
    expect(sent('users').sort()).toEqual(
      [
        [added, true],
        [changed, true],
        [gone, false],
      ].sort(),
    );
    expect(sent('spaces')).toEqual([[space, true]]);
    for (const name of LIST_NAMES.filter((list) => !['users', 'spaces'].includes(list))) expect(sent(name)).toEqual([]);
    const tombstone = second.rows('users').find(({ id }) => id === gone) ?? {};
    expect(Object.keys(tombstone).sort()).toEqual(['_ab_cdc_deleted_at', '_ab_cdc_updated_at', 'id']);
    const seenAt = (result: Run) => result.rows('users').map(({ _ab_cdc_updated_at: at }) => String(at));
    const latest = seenAt(first).toSorted().at(-1) as string;
    for (const at of seenAt(second)) expect(at > latest).toBe(true);
  });
});

/** Where in a row something stands that Qlik answers about the caller, or a link of the row to itself. */
function personalFields(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Json).flatMap(([field, below]) => {
    const isPersonal =
      /^(actions|privileges|isFavorited)$/.test(field) || /(meta\.roles|links\.self)$/.test(`${at}.${field}`);
    return isPersonal ? [`${at}.${field}`] : personalFields(below, `${at}.${field}`);
  });
}
