import { afterEach, describe, expect, it, vi } from 'vitest';
import { isUnderWay } from '../../src/simulator/data/reloads.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { streams as offered } from '../../src/streams/index.ts';
import { Arrivals, keyOf } from '../support/destination.ts';
import { runHere } from '../support/in-process.ts';
import type { Json, Message } from '../support/messages.ts';
import { apiKeySettings, configured, discovered } from '../support/program.ts';
import { plainTenant } from '../support/random-edits.ts';
import { streamsOf } from '../support/stream-tests.ts';
import { restoreRow } from '../support/streams/random-edit.ts';
import { truthOf } from '../support/truth.ts';

const DAY_MS = 86_400_000;
const APPS = ['apps', 'sheets', 'charts'];
const FEW = { users: 5, groups: 2, roles: 2, spaces: 4, connections: 2, apps: 12, sheets: 3, charts: 6 };
/** How much of its rows a killed sync has printed. */
const SHARES = [0.01, 0.2, 0.5, 0.8, 1];

afterEach(() => vi.useRealTimers());

interface Wish {
  readonly settings?: object;
  /** Columns that are not selected. */
  readonly without?: readonly string[];
  /** The sync is killed when it has printed so much of its rows: nothing of what comes then is received. */
  readonly killedAt?: number;
}

/** A tenant, and two warehouses of some of its streams: one keeps all lines that were printed, the other those up to a STATE. */
class Scene implements AsyncDisposable {
  readonly tenant: SimulatedTenant;
  readonly #arrivals: ReadonlyMap<string, Arrivals>;

  constructor(tenant: SimulatedTenant, streams: readonly string[]) {
    this.tenant = tenant;
    this.#arrivals = new Map(streams.map((name) => [name, new Arrivals(primaryKeyOf(name))]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tenant.close();
  }

  /** An incremental sync that goes on from the last states that were received; the rows of it that arrived. */
  async sync({ settings = {}, without = [], killedAt }: Wish = {}): Promise<readonly Json[]> {
    for (const arrivals of this.#arrivals.values()) arrivals.begin('incremental', false);
    const state = [...this.#arrivals].flatMap(([name, arrivals]) => stateMessages(name, arrivals.state));
    const { messages, code } = await runHere('read', {
      tenant: this.tenant,
      config: apiKeySettings(this.tenant, settings),
      catalog: await catalogOf([...this.#arrivals.keys()], without),
      ...(state.length > 0 && { state }),
    });
    expect(code).toBe(0);
    const received = killedAt === undefined ? messages : cut(messages, killedAt);
    for (const { record, state: printed } of received) {
      if (record) this.#arrivals.get(record.stream)?.record(record);
      if (printed) this.#arrivals.get(printed.stream.stream_descriptor.name)?.checkpoint(printed.stream.stream_state);
    }
    return received.flatMap(({ record }) => (record ? [record.data] : []));
  }

  /** Where the warehouses differ from the tenant: of each stream, how many versions of rows only one of the two holds. */
  get differences() {
    const truth = truthOf(this.tenant, [...this.#arrivals.keys()]);
    return [...this.#arrivals].flatMap(([name, { table, acknowledged }]) => {
      const wanted = contents(name, truth[name] ?? []);
      return Object.entries({ 'all lines': table, 'lines up to a STATE': acknowledged }).flatMap(([kept, { rows }]) => {
        const count = contents(name, rows.values()).symmetricDifference(wanted).size;
        return count > 0 ? [`${name}, ${kept}: ${count}`] : [];
      });
    });
  }

  /** The latest cursor in a stream's warehouse, as a Unix time in milliseconds. */
  latestMs(stream: string): number {
    return this.#arrivals.get(stream)?.table.latestMs ?? Number.NaN;
  }
}

async function scene(streams: readonly string[], size: Partial<TenantSize> = FEW): Promise<Scene> {
  return new Scene(await plainTenant(size), streams);
}

/** What a program has printed that was killed when it had printed so much of its rows. */
function cut(messages: readonly Message[], share: number): readonly Message[] {
  const places = messages.flatMap(({ record }, place) => (record ? [place] : []));
  expect(places.length).toBeGreaterThan(0);
  return messages.slice(0, (places[Math.max(Math.ceil(places.length * share), 1) - 1] ?? 0) + 1);
}

function primaryKeyOf(name: string): readonly string[] {
  return offered.find((stream) => stream.name === name)?.primaryKey ?? [];
}

function stateMessages(name: string, stream_state: Json | undefined): object[] {
  return stream_state ? [{ type: 'STREAM', stream: { stream_descriptor: { name }, stream_state } }] : [];
}

async function catalogOf(names: readonly string[], without: readonly string[]) {
  const streams = (await discovered()).filter(({ name }) => names.includes(name));
  const cutDown = streams.map((stream) => {
    const columns = Object.entries(stream.json_schema.properties).filter(([column]) => !without.includes(column));
    return { ...stream, json_schema: { ...stream.json_schema, properties: Object.fromEntries(columns) } };
  });
  return configured(cutDown, 'incremental');
}

/** Rows as texts, whatever the order of their fields, without the change columns. */
function contents(name: string, rows: Iterable<Json>): Set<string> {
  const text = ({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }: Json) =>
    JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1)));
  return new Set(Array.from(rows, (row) => `${keyOf(row, primaryKeyOf(name))} ${text(row)}`));
}

function setStatus({ data }: SimulatedTenant, status: 'active' | 'disabled' | 'invited'): void {
  for (const { id } of [...data.users.all()]) data.users.change(id, { status });
}

describe('a sync after one that was killed makes both warehouses equal the tenant', () => {
  it('where the status of all users changed, and changed back', async () => {
    await using there = await scene(['users'], { users: 3_000 });
    setStatus(there.tenant, 'active');
    await there.sync();
    setStatus(there.tenant, 'disabled');
    expect(await there.sync({ killedAt: 1 / 3 })).toHaveLength(Math.ceil(there.tenant.data.users.count / 3));
    setStatus(there.tenant, 'active');
    await there.sync();
    expect(there.differences).toEqual([]);
  });

  it.each(SHARES)(
    'where a filter of spaces was wrong, and was put right, killed at %d of its rows',
    async (killedAt) => {
      await using there = await scene(APPS);
      const { tenant } = there;
      const [space] = [...tenant.data.items.all()].flatMap(({ spaceId }) => spaceId ?? []);
      await there.sync();
      const settings = { include_spaces: [space], include_personal_apps: false };
      const buried = await there.sync({ settings, killedAt });
      expect(buried.every(({ _ab_cdc_deleted_at }) => _ab_cdc_deleted_at !== null)).toBe(true);
      await there.sync();
      expect(there.differences).toEqual([]);
    },
  );

  it.each(SHARES)('where a column was deselected, and selected again, killed at %d of its rows', async (killedAt) => {
    await using there = await scene([...APPS, 'users', 'reloads'], { ...FEW, users: 250 });
    await there.sync();
    await there.sync({ without: ['name', 'title', 'status'], killedAt });
    await there.sync();
    expect(there.differences).toEqual([]);
  });

  it.each(SHARES)(
    'where three apps were out of sight, and came back as they were, killed at %d of its rows',
    async (killedAt) => {
      await using there = await scene(APPS);
      const { data } = there.tenant;
      const [tests] = streamsOf('list').filter(({ name }) => name === 'apps');
      if (!tests) throw new Error('there are no apps');
      await there.sync();
      const hidden = [...tests.rows(data).all()].filter((row) => tests.isOwn(row)).slice(0, 3);
      // Whoever holds the documents keeps them as they are.
      const documents = hidden.map(({ resourceId }) => data.document(String(resourceId)));
      for (const { id } of hidden) tests.rows(data).delete(id);
      await there.sync({ killedAt });
      for (const row of hidden) restoreRow(tests, data, row);
      await there.sync();
      expect(documents).toHaveLength(3);
      expect(there.differences).toEqual([]);
    },
  );

  it('where the clock went a day ahead, and was put right', async () => {
    await using there = await scene(['users'], { users: 300 });
    const nowMs = Date.now();
    vi.setSystemTime(nowMs);
    setStatus(there.tenant, 'active');
    await there.sync();
    vi.setSystemTime(nowMs + DAY_MS);
    setStatus(there.tenant, 'invited');
    await there.sync({ killedAt: 0.5 });
    const latestMs = there.latestMs('users');
    expect(latestMs).toBeGreaterThanOrEqual(nowMs + DAY_MS);
    vi.setSystemTime(nowMs + 60_000);
    setStatus(there.tenant, 'disabled');
    const rows = await there.sync();
    for (const { _ab_cdc_updated_at } of rows) expect(Date.parse(String(_ab_cdc_updated_at))).toBeGreaterThan(latestMs);
    expect(there.differences).toEqual([]);
  });

  it.each(SHARES)(
    'where reloads that had not ended changed, and changed back, killed at %d of its rows',
    async (killedAt) => {
      await using there = await scene(['reloads'], { ...FEW, apps: 120, sheets: 0, charts: 0 });
      const { reloads } = there.tenant.data;
      await there.sync();
      const before = [...reloads.all()].filter(isUnderWay).map(({ id, status }) => ({ id, status }));
      for (const { id } of before) reloads.change(id, { status: 'CANCELING' });
      expect((await there.sync({ killedAt })).length).toBeGreaterThan(0);
      for (const { id, status } of before) reloads.change(id, { status });
      await there.sync();
      expect(there.differences).toEqual([]);
    },
  );
});
