import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordSchema } from '../../src/cdk/index.ts';
import { Tenant } from '../../src/qlik/tenant.ts';
import type { AppDocument } from '../../src/simulator/data/document.ts';
import type { EngineDials } from '../../src/simulator/engine/engine-dials.ts';
import { ROW_DATA_MARK } from '../../src/simulator/engine/layout.ts';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import type { TenantSize } from '../../src/simulator/tenant-data.ts';
import { streams } from '../../src/streams/index.ts';
import { runHere } from '../support/in-process.ts';
import type { Json } from '../support/messages.ts';
import { apiKeySettings, configured, discovered, only, type Run, run } from '../support/program.ts';
import { callsForLists, sizeOfLists } from '../support/sizes.ts';
import { deliveredBy, truthOf } from '../support/truth.ts';
import { truthInApps } from '../support/truth-in-apps.ts';

const ALL = streams.map(({ name }) => name);
/** Those that show what the tenant holds, and not what came of reading it. */
const TABLES = ALL.filter((name) => name !== 'app_coverage');
const IN_APPS = streams.filter(({ name }) => name === 'sheets' || name === 'charts');

/** A tenant whose charts are as short as they can be, since many are read. */
async function tenantOf(size: Partial<TenantSize>, dials: Partial<EngineDials> = {}): Promise<SimulatedTenant> {
  const tenant = await startSimulatedTenant(size);
  tenant.data.documents.propertyPadding = 0;
  Object.assign(tenant.engine.dials, dials);
  return tenant;
}

async function read(tenant: SimulatedTenant, names: readonly string[], settings: object = {}): Promise<Run> {
  return runHere('read', { tenant, config: apiKeySettings(tenant, settings), catalog: await only(...names) });
}

function documentsOf({ data }: SimulatedTenant): AppDocument[] {
  const apps = [...data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  return apps.map(({ resourceId }) => data.document(resourceId));
}

/** Cells that name what is not among the children of their sheet, nor below them. */
function strayCells(document: AppDocument, viewer: string): string[] {
  const below = (id: string): string[] => document.childIds(id).flatMap((child) => [child, ...below(child)]);
  return document.sheetIds(viewer).flatMap((id) => {
    const { cells } = document.properties(id) as { cells?: { name: string }[] };
    return (cells ?? []).map(({ name }) => name).filter((name) => !below(id).includes(name));
  });
}

function logsOf({ messages }: Run, level: string): string[] {
  return messages.flatMap(({ log }) => (log?.level === level ? [log.message] : []));
}

/** What it takes to know which tenant it is: a question, and where that one leads. */
const WHOSE = { '/api/v1/tenants/me': 1, '/api/v1/tenants/{id}': 1 };

/** A latency of the engine that stands for waiting until nothing more is asked. */
const UNTIL_QUIET_MS = 300_001;
const IN_WAVES = { answers: 'inOrder', latencyMs: UNTIL_QUIET_MS, compression: 'off' } as const;
/** Turns of the event loop, which the program and its tenant share here. */
const QUIET_TURNS = 300;

/** Lets answers of that latency go all at once when nothing more is asked: a wave of calls is one, however busy the machine is. */
function answerInWaves(): Disposable {
  const { setTimeout } = globalThis;
  const held: (() => void)[] = [];
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (turns < QUIET_TURNS) setImmediate(turn);
    else for (const answer of held.splice(0)) answer();
  };
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
    act: () => void,
    ms?: number,
    ...given: []
  ) => {
    if (ms !== UNTIL_QUIET_MS) return setTimeout(act, ms, ...given);
    turns = 0;
    if (held.push(act) === 1) setImmediate(turn);
    return undefined;
  }) as typeof setTimeout);
  return { [Symbol.dispose]: () => timers.mockRestore() };
}

describe.each(['full_refresh', 'incremental'])('a read of all streams in %s', (mode) => {
  let tenant: SimulatedTenant;
  let result: Run;

  beforeAll(async () => {
    tenant = await tenantOf({ ...sizeOfLists(8), apps: 25, spaces: 12, users: 40 }, { listedExpressions: 'stored' });
    result = await run('read', { tenant, catalog: configured(await discovered(), mode) });
  });
  afterAll(() => tenant.close());

  it('completes', () => {
    expect(result.ends).toEqual(Object.fromEntries(ALL.map((name) => [name, 'COMPLETE'])));
    expect(result.code).toBe(0);
    expect(logsOf(result, 'WARN')).toEqual([]);
  });

  it.each(TABLES)('has the rows of the tenant, each once: %s', (name) => {
    expect(result.rows(name).length).toBeGreaterThan(5);
    expect(deliveredBy(result, [name])).toEqual(truthOf(tenant, [name]));
  });

  it.each(IN_APPS)('has $name that fit their schema, and no column beside it', (stream) => {
    const { name } = stream;
    const schema = recordSchema(stream);
    const ajv = addFormats.default(new Ajv({ allErrors: true }).addKeyword('airbyte_type'));
    const fits = ajv.compile<object>({ ...schema, additionalProperties: false });
    const faults = result.rows(name).flatMap((row) => (fits(row) ? [] : ajv.errorsText(fits.errors)));
    expect(faults).toEqual([]);
    const declared = Object.keys(schema.properties ?? {}).sort();
    expect(new Set(result.rows(name).map((row) => Object.keys(row).sort().join()))).toEqual(new Set([declared.join()]));
  });

  it('has met everything that there is: states of sheets, depths, kinds of containers, links, oddities of cells', () => {
    const [sheets, charts] = IN_APPS.map(({ name }) => result.rows(name)) as [Json[], Json[]];
    const seen = (rows: Json[], field: string) => new Set(rows.map((row) => row[field]));
    expect(seen(sheets, 'visibility')).toEqual(new Set(['public', 'community', 'private']));
    const containers = seen(
      charts.filter(({ id }) => charts.some(({ parentId }) => parentId === id)),
      'objectType',
    );
    expect(containers.size).toBeGreaterThanOrEqual(6);
    const placed = documentsOf(tenant).flatMap((document) => document.charts(tenant.data.plan.adminId));
    expect(Math.max(...placed.map(({ depth }) => depth))).toBe(4);
    expect(documentsOf(tenant).flatMap((document) => strayCells(document, tenant.data.plan.adminId))).not.toEqual([]);
    expect(charts.some(({ masterItemId, dimensions }) => masterItemId && (dimensions as Json[]).length > 0)).toBe(true);
    expect(charts.some(({ objectType, type }) => objectType === 'auto-chart' && type === 'barchart')).toBe(true);
    for (const field of ['titleExpression', 'subtitleExpression', 'footnoteExpression', 'masterItemId'])
      expect(seen(charts, field).size).toBeGreaterThan(1);
    const drawn = charts.map(({ alternativeDimensions, alternativeMeasures, ...row }) => row);
    expect(JSON.stringify(charts)).toContain('InactiveField');
    expect(JSON.stringify(drawn)).not.toContain('InactiveField');
    for (const field of ['text', 'showCondition', 'calculationCondition', 'actions', 'expressions'])
      expect(seen(charts, field).size).toBeGreaterThan(1);
  });

  it('lists the apps and the data sets once, opens each app once, and leaves every session', () => {
    const apps = documentsOf(tenant).length;
    expect(tenant.counts.paths).toMatchObject({ '/api/v1/items': 2, ...WHOSE });
    expect(tenant.counts.writes).toBe(0);
    const { counts } = tenant.engine;
    expect(counts).toMatchObject({ upgrades: apps, opens: apps, sessionsOpen: 0, errors: {}, refusals: {} });
    expect(counts.mostSessionsOpen).toBe(4);
    expect(counts.mostInFlight).toBeLessThanOrEqual(32);
    expect(counts.visits.map(({ closeCode }) => closeCode)).not.toContain(1006);
  });

  it('comes under a name of its own each time, so that it never shares a session with somebody’s browser', () => {
    const { identities } = tenant.engine.counts;
    expect(new Set(identities).size).toBe(identities.length);
    expect(identities).not.toContain('');
  });

  it('takes no data, evaluates nothing of an app, and changes nothing', () => {
    const { counts } = tenant.engine;
    expect(counts).toMatchObject({ opensWithData: 0, writes: 0, layouts: {} });
    expect(counts.listLayouts).toBeGreaterThan(0);
    expect(Object.keys(counts.methods).sort()).toEqual([
      'CreateSessionObject',
      'GetAppLayout',
      'GetFullPropertyTree',
      'GetLayout',
      'GetObject',
      'GetObjects',
      'GetVariables',
      'OpenDoc',
    ]);
    expect(result.stdout).not.toContain(ROW_DATA_MARK);
  });
});

describe('a second incremental read of all streams', () => {
  let tenant: SimulatedTenant;
  let [first, second]: (Run | undefined)[] = [];

  beforeAll(async () => {
    tenant = await tenantOf({ apps: 12, users: 40 });
    const catalog = configured(await discovered(), 'incremental');
    first = await runHere('read', { tenant, catalog });
    tenant.counts.reset();
    tenant.engine.counts.reset();
    second = await runHere('read', { tenant, catalog, state: first.messages.filter(({ type }) => type === 'STATE') });
  });
  afterAll(() => tenant.close());

  it('completes, and sends nothing where nothing has changed', () => {
    expect(second?.ends).toEqual(Object.fromEntries(ALL.map((name) => [name, 'COMPLETE'])));
    for (const name of TABLES) {
      expect(first?.rows(name).length).toBeGreaterThan(0);
      expect(second?.rows(name)).toEqual([]);
      expect(second?.states(name)).toHaveLength(1);
    }
    expect(second?.messages.filter(({ type }) => type === 'LOG')).toEqual([]);
  });

  it('opens no app, and lists everything once', () => {
    expect(tenant.engine.counts).toMatchObject({ upgrades: 0, opens: 0 });
    expect(tenant.counts.paths).toEqual({
      ...callsForLists(tenant.data),
      '/api/v1/reloads': 1,
      '/api/v1/spaces/{id}/assignments': tenant.data.spaces.count,
      '/api/v1/spaces/{id}/shares': tenant.data.spaces.count,
      ...WHOSE,
    });
  });
});

describe('a read of sheets alone', () => {
  let tenant: SimulatedTenant;
  let result: Run;

  beforeAll(async () => {
    using _waves = answerInWaves();
    tenant = await tenantOf({ apps: 8 }, IN_WAVES);
    result = await read(tenant, ['sheets'], { concurrent_apps: 1 });
  });
  afterAll(() => tenant.close());

  it('has them all, and tells nothing of apps', () => {
    expect(result.code).toBe(0);
    expect(deliveredBy(result, ['sheets'])).toEqual(truthOf(tenant, ['sheets']));
    expect(result.rows('apps')).toEqual([]);
    expect(tenant.counts.paths).toEqual({ '/api/v1/items': 1, ...WHOSE });
  });

  it('takes three messages and two round trips an app, and looks at no tree', () => {
    const apps = documentsOf(tenant).length;
    expect(tenant.engine.counts.methods).toEqual({ OpenDoc: apps, GetObjects: apps, GetAppLayout: apps });
    for (const visit of tenant.engine.counts.visits) expect(visit).toMatchObject({ messages: 3, roundTrips: 2 });
  });

  it('has one session at a time where the settings say so', () => {
    expect(tenant.engine.counts.mostSessionsOpen).toBe(1);
    expect(tenant.engine.counts.opens).toBe(documentsOf(tenant).length);
  });
});

describe('a read of charts alone', () => {
  it('has the charts that it has beside the sheets', async () => {
    await using tenant = await tenantOf({ apps: 10 }, { listedExpressions: 'stored', privateSheets: 'all' });
    const result = await read(tenant, ['charts'], { concurrent_apps: 10 });
    expect(result.code).toBe(0);
    expect(deliveredBy(result, ['charts'])).toEqual(truthOf(tenant, ['charts']));
    expect(tenant.engine.counts.opens).toBe(documentsOf(tenant).length);
    expect(tenant.engine.counts.sessionsOpen).toBe(0);
    expect(tenant.counts.paths).toEqual({ '/api/v1/items': 1, ...WHOSE });
  });

  it('shows masters as they are stored where lists evaluate what they give', async () => {
    await using tenant = await tenantOf({ apps: 5 }, { listedExpressions: 'evaluated' });
    const result = await read(tenant, ['charts']);
    const linked = (rows: Json[] = []) => rows.filter(({ masterItemId }) => masterItemId !== null);
    expect(linked(result.rows('charts'))).not.toEqual([]);
    expect(linked(deliveredBy(result, ['charts']).charts)).toEqual(linked(truthOf(tenant, ['charts']).charts));
  });
});

describe('a visit for sheets and charts', () => {
  const cost = async (sheets: number, stray: boolean) => {
    await using tenant = await tenantOf({ apps: 1, charts: 3, sheets: 1 }, IN_WAVES);
    const [document] = documentsOf(tenant) as [AppDocument];
    for (const id of document.sheetIds()) document.edit.delete(id);
    for (let sheet = 0; sheet < sheets; sheet++) {
      const id = document.edit.addSheet({ charts: 0 });
      document.edit.addChart(id, { kind: 'four deep' });
      document.edit.addChart(id, { kind: 'linked' });
      if (!stray) continue;
      const elsewhere = document.edit.addChart(id, { kind: 'filterpane' });
      const object = document.objects.get(id);
      if (object) object.childIds = object.childIds.filter((child) => child !== elsewhere);
    }
    const result = await read(tenant, ['sheets', 'charts']);
    expect(result.rows('charts')).toHaveLength(document.charts().length);
    const { visits, messages, roundTrips } = tenant.engine.counts;
    expect(visits).toHaveLength(1);
    return { messages, roundTrips };
  };

  it('takes no more round trips for 50 sheets than for one, as far as 32 calls at once allow; cells beside the trees cost two more', async () => {
    using _waves = answerInWaves();
    const [one, fifty, stray] = [await cost(1, false), await cost(50, false), await cost(10, true)];
    // What every app takes, two for each of its three master visualizations among it.
    const app = 8 + 2 * 3;
    expect([one.messages, fifty.messages, stray.messages]).toEqual([app + 2, app + 2 * 50, app + 4 * 10]);
    // Waves of calls, as the engine sees them. The hundred calls for fifty sheets take two more, since 32 are on their way at once.
    expect(one.roundTrips).toBe(4);
    expect(fifty.roundTrips).toBe(one.roundTrips + 2);
    expect(stray.roundTrips).toBe(one.roundTrips + 2);
  });
});

it('what the engine answers counts as an answer of the tenant', async () => {
  await using tenant = await tenantOf({ apps: 1 });
  let answers = 0;
  const ignored = () => {};
  await using client = new Tenant(
    {
      tenantUrl: tenant.url,
      credentials: { type: 'api_key', apiKey: tenant.apiKey },
      scope: { includeSpaces: [], excludeSpaces: [], includePersonalApps: true },
    },
    {
      stop: new AbortController().signal,
      onSecret: ignored,
      onWait: ignored,
      onCall: ignored,
      onWarning: ignored,
      onAnswer: () => {
        answers += 1;
      },
    },
  );
  const [{ resourceId } = { resourceId: '' }] = tenant.data.items.all();
  await using visit = client.visit({ id: resourceId, published: false, reloaded: false });
  await visit.sheets();
  const opened = answers;
  expect(opened).toBeGreaterThan(0);
  await visit.measures();
  expect(answers).toBeGreaterThan(opened);
  expect(tenant.counts.calls).toBe(0);
});

describe.concurrent('a read of some spaces', () => {
  it('has their apps, sheets and charts, and warns of names that fit none', async () => {
    await using tenant = await tenantOf({ apps: 25 }, { listedExpressions: 'stored' });
    const spaces = [...tenant.data.spaces.all()];
    const used = spaces.filter(({ id }) => [...tenant.data.items.all()].some(({ spaceId }) => spaceId === id));
    const [byName, byId, left] = used as [(typeof spaces)[0], (typeof spaces)[0], (typeof spaces)[0]];
    const result = await read(tenant, ['spaces', 'apps', 'sheets', 'charts', 'app_coverage', 'reloads'], {
      include_spaces: [`${byName.name.slice(0, -3).toUpperCase()}*`, byId.id, left.name, `${left.name}x`],
      exclude_spaces: [left.id],
      include_personal_apps: false,
    });
    expect(result.code).toBe(0);
    const wanted = new Set([byName.id, byId.id]);
    const isWanted = (appId: string) => wanted.has(tenant.data.itemOfApp(appId)?.spaceId ?? '');
    const { apps = [] } = truthOf(tenant, ['apps']);
    const { sheets, charts } = truthInApps(tenant, isWanted);
    expect(deliveredBy(result, ['apps', 'sheets', 'charts'])).toEqual({
      apps: apps.filter(({ id }) => isWanted(String(id))),
      sheets,
      charts,
    });
    expect(new Set(result.rows('apps').map(({ spaceId }) => spaceId))).toEqual(wanted);
    expect(result.rows('spaces')).toHaveLength(spaces.length);
    expect(tenant.engine.counts.opens).toBe(result.rows('apps').length);
    expect(logsOf(result, 'WARN')).toEqual([
      expect.stringContaining(`"${left.name}x" (the nearest is "${left.name}")`),
    ]);
  });

  it('is refused where none of them exists, in words that name them and some that do; the lists of people go on', async () => {
    await using tenant = await tenantOf({ apps: 4 });
    const result = await read(tenant, ['roles', 'apps', 'sheets', 'charts'], {
      include_spaces: ['Atlantis', 'El Do*'],
    });
    expect(result.ends).toEqual({ roles: 'COMPLETE', apps: 'INCOMPLETE', sheets: 'INCOMPLETE', charts: 'INCOMPLETE' });
    expect(result.code).toBe(1);
    for (const stream of ['apps', 'sheets', 'charts']) {
      const { failure_type, message } = result.errorOf(stream) ?? {};
      expect({ failure_type, message }).toEqual({
        failure_type: 'config_error',
        message: expect.stringMatching(/Atlantis.*El Do\*.* The nearest that exist: "/),
      });
    }
    expect(tenant.engine.counts.upgrades).toBe(0);
  });

  it('that admit less than before delete the rest, and say how much of what', async () => {
    await using tenant = await tenantOf({ apps: 8 });
    const all = ['apps', 'sheets', 'charts'];
    const catalog = configured(
      (await discovered()).filter(({ name }) => all.includes(name)),
      'incremental',
    );
    const first = await runHere('read', { tenant, catalog });
    const state = first.messages.filter(({ type }) => type === 'STATE');
    const kept = first.rows('apps').find(({ spaceId }) => spaceId)?.spaceId;
    const config = apiKeySettings(tenant, { include_spaces: [kept], include_personal_apps: false });
    const second = await runHere('read', { tenant, catalog, state, config });
    const gone = first.rows('apps').filter(({ spaceId }) => spaceId !== kept).length;
    expect(second.rows('apps')).toHaveLength(gone);
    expect(gone).toBeGreaterThan(0);
    expect(logsOf(second, 'WARN').sort()).toEqual([
      expect.stringContaining(`apps: ${gone} rows are deleted: the settings that choose what is read have changed`),
      expect.stringContaining('charts: those of'),
      expect.stringContaining('sheets: those of'),
    ]);
    const later = second.messages.filter(({ type }) => type === 'STATE');
    expect(logsOf(await runHere('read', { tenant, catalog, state: later, config }), 'WARN')).toEqual([]);
  });
});

describe.concurrent('check', () => {
  it('opens an app and says so', async () => {
    await using tenant = await tenantOf({ apps: 6 });
    const { connectionStatus, code } = await runHere('check', { tenant });
    expect(code).toBe(0);
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    expect(connectionStatus?.message).toMatch(/The app "[^"]+" could be opened/);
    expect(connectionStatus?.message).toContain(`${ALL.length} of ${ALL.length} streams`);
    const { counts } = tenant.engine;
    expect(counts).toMatchObject({ opensWithData: 0, writes: 0, sessionsOpen: 0, layouts: {} });
    expect(counts.opens).toBeGreaterThan(0);
  });

  it('names the spaces whose apps can be listed but not opened', async () => {
    await using tenant = await tenantOf({ apps: 12 }, { managedApps: 'close' });
    const closed = [...tenant.data.items.all()].flatMap(({ resourceType, spaceId = '', ownerId }) => {
      const space = tenant.data.spaces.get(spaceId);
      return resourceType === 'app' && space?.type === 'managed' && ownerId !== tenant.data.plan.adminId
        ? [space.name]
        : [];
    });
    expect(closed).not.toEqual([]);
    const { connectionStatus, messages } = await runHere('check', { tenant });
    expect(connectionStatus?.status).toBe('SUCCEEDED');
    for (const name of closed) expect(connectionStatus?.message).toContain(`"${name}" can be listed but not opened`);
    expect(messages.filter(({ log }) => log?.level === 'WARN')).toHaveLength(new Set(closed).size);
  });
});
