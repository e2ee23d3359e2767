import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SyncMode } from '../../../src/cdk/protocol/messages.ts';
import type { Outcome } from '../../../src/cdk/testing/library.ts';
import { errorsOf, type Line, recordsOf, savedIn, warningsOf } from '../../../src/cdk/testing/lines.ts';
import type { SimulatedTenant } from '../../../src/simulator/tenant.ts';
import { streams } from '../../../src/streams/index.ts';
import type { Json } from '../../support/messages.ts';
import { TENANT_STREAMS } from '../../support/stream-tests.ts';
import { truthOf } from '../../support/truth.ts';
import { appIds, openScene } from './scene.ts';

const SOON = '2026-12-01T02:40:00Z';
/** Every app is due again. */
const LATER = '2026-12-09T00:00:00Z';

/** The states that version 0.1.0 left when it had read the scene, on 2026-12-01; `write.ts` says what they are of. */
async function saved(name: string): Promise<Line[]> {
  const text = await readFile(new URL(`0.1.0/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** The scene at that time, and its sync that goes on from a saved state, of the streams in it. */
async function sceneAt(time: string, name: string) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(time) });
  const scene = await openScene(goThrough);
  const state = await saved(name);
  const of = state.map(streamOf);
  const mode = state[0]?.state?.stream.stream_state.sync as SyncMode;
  return Object.assign(scene, { goOn: () => scene.sync({ streams: of, mode, state }) });
}

/** Whatever proxies the machine has. */
function goThrough(proxyUrl: string): void {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, proxyUrl);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, undefined);
}

function streamOf({ state }: Line): string {
  return state?.stream.stream_descriptor.name ?? '';
}

/** What was sent, as `stream: key`, in the order of the alphabet; what came of every app aside. */
function sent({ lines }: Outcome): string[] {
  const records = lines.flatMap(({ record }) => (record && record.stream !== 'app_coverage' ? [record] : []));
  return records.map(({ stream, data }) => nameOf(stream, data, data._ab_cdc_deleted_at !== null)).toSorted();
}

function nameOf(stream: string, row: Json, isDeleted = false): string {
  const { primaryKey = [] } = streams.find(({ name }) => name === stream) ?? {};
  return `${stream}: ${isDeleted ? 'no ' : ''}${primaryKey.map((field) => row[field]).join(' ')}`;
}

/** All that a tenant holds, by name. */
function holdings(tenant: SimulatedTenant): Map<string, string> {
  const rows = Object.entries(truthOf(tenant, TENANT_STREAMS)).flatMap(([stream, own = []]) =>
    own.map((row): [string, string] => [nameOf(stream, row), JSON.stringify(row)]),
  );
  return new Map(rows);
}

/** What has to be sent where a warehouse holds the one and the tenant the other. */
function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => name.replace(': ', ': no '));
  const news = [...after].filter(([name, row]) => before.get(name) !== row).map(([name]) => name);
  return [...gone, ...news].toSorted();
}

/** Streams whose rows version 0.1.0 wrote otherwise: with times as Qlik has them, by other links, with fewer columns. Logs are among them. */
const WRITTEN_OTHERWISE = [
  'app_fields',
  'apps',
  'automations',
  'charts',
  'data_files',
  'datasets',
  'master_visualizations',
  'reloads',
  'space_shares',
];

/** What has to be sent once after the upgrade, of those streams that were read before it. */
function writtenOtherwise(tenant: SimulatedTenant, among: readonly string[] = WRITTEN_OTHERWISE): string[] {
  const isAmong = (name: string) => among.some((stream) => name.startsWith(`${stream}: `));
  return [...holdings(tenant).keys()].filter(isAmong);
}

const WELL = { exitCode: 0, errors: [], warnings: [], error: undefined };

function endOf({ exitCode, error, lines }: Outcome) {
  return { exitCode, errors: errorsOf(lines), warnings: warningsOf(lines), error };
}

/** An app, and the first and the last chart on its sheet. */
function chartsIn(tenant: SimulatedTenant) {
  const [, app = ''] = appIds(tenant);
  const document = tenant.data.document(app);
  const charts = document.charts().filter(({ depth }) => depth === 1);
  return { app, edit: document.edit, first: charts[0]?.id ?? '', last: charts.at(-1)?.id ?? '' };
}

/** The sheets and charts in some apps. */
function inApps(tenant: SimulatedTenant, isMeant: (appId: unknown) => boolean): string[] {
  const { sheets = [], charts = [] } = truthOf(tenant, ['sheets', 'charts']);
  const names = { sheets, charts };
  return Object.entries(names)
    .flatMap(([stream, rows]) => rows.filter(({ appId }) => isMeant(appId)).map((row) => nameOf(stream, row)))
    .toSorted();
}

function statusesOf({ lines }: Outcome): unknown[] {
  return recordsOf(lines, 'app_coverage').map(({ status }) => status);
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('a state that version 0.1.0 left', () => {
  it('is of every stream that it had, each of which is still offered', async () => {
    const names = (await saved('first-sync')).map(streamOf);
    expect(new Set(names).size).toBe(21);
    expect(streams.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it.each([SOON, LATER])(
    'has sent again what is written otherwise now, and all apps read, once, at %s',
    async (time) => {
      await using scene = await sceneAt(time, 'first-sync');
      const { tenant } = scene;
      const upgraded = await scene.goOn();
      expect(endOf(upgraded)).toEqual(WELL);
      expect(sent(upgraded)).toEqual(writtenOtherwise(tenant).toSorted());
      expect(statusesOf(upgraded)).toEqual(Array(5).fill('read'));
      expect(tenant.engine.counts.opens).toBe(5);
      const next = await scene.sync({
        streams: (await saved('first-sync')).map(streamOf),
        state: savedIn(upgraded.lines),
      });
      expect(endOf(next)).toEqual(WELL);
      expect(sent(next)).toEqual([]);
      expect(statusesOf(next)).toEqual(Array(5).fill('unchanged'));
      expect(tenant.engine.counts.opens).toBe(5);
    },
  );

  it.each([SOON, LATER])('has exactly what differs sent, at %s', async (time) => {
    await using scene = await sceneAt(time, 'first-sync');
    const { tenant } = scene;
    const before = holdings(tenant);
    const [, , { id: user } = { id: '' }] = tenant.data.users.all();
    const { app, edit, first, last } = chartsIn(tenant);
    tenant.data.users.change(user, { email: 'renamed@example.com' });
    edit.change(first, { title: 'Renamed' });
    edit.delete(last);
    const outcome = await scene.goOn();
    expect(endOf(outcome)).toEqual(WELL);
    const differing = new Set([...differences(before, holdings(tenant)), ...writtenOtherwise(tenant)]);
    expect(sent(outcome)).toEqual([...differing].toSorted());
    const named = [`apps: ${app}`, `charts: ${app} ${first}`, `charts: no ${app} ${last}`, `users: ${user}`];
    expect(sent(outcome)).toEqual(expect.arrayContaining(named));
  });

  it('tries an app that could not be opened when that is due, and sends what is in it, and what is written otherwise', async () => {
    await using scene = await sceneAt(LATER, 'refused-and-doubted');
    const [app] = appIds(scene.tenant);
    const outcome = await scene.goOn();
    expect(endOf(outcome)).toEqual(WELL);
    const inApp = inApps(scene.tenant, (appId) => appId === app);
    const again = writtenOtherwise(scene.tenant, ['apps', 'charts']);
    expect(sent(outcome)).toEqual([...new Set([...again, ...inApp])].toSorted());
  });

  it('has rows that were doubted deleted where they are missing again', async () => {
    await using scene = await sceneAt(SOON, 'refused-and-doubted');
    const { tenant } = scene;
    tenant.engine.faults.add({ app: appIds(tenant)[0] ?? '', close: 4203 });
    const missing = [...tenant.data.users.all()].slice(10).map(({ id }) => id);
    for (const id of missing) tenant.data.users.delete(id);
    const outcome = await scene.goOn();
    const deleted = missing.map((id) => `users: no ${id}`);
    const charts = inApps(tenant, (appId) => appId !== appIds(tenant)[0]).filter((name) => name.startsWith('charts: '));
    expect(sent(outcome)).toEqual([...writtenOtherwise(tenant, ['apps']), ...charts, ...deleted].toSorted());
    const warnings = [expect.stringMatching(`^App ${appIds(tenant)[0]}: .*4203.*Can view`)];
    expect(endOf(outcome)).toEqual({ ...WELL, warnings });
  });

  it('of a full refresh that ended has all sent again, as rows are written now', async () => {
    await using scene = await sceneAt(SOON, 'full-refresh');
    const outcome = await scene.goOn();
    expect(endOf(outcome)).toEqual(WELL);
    expect(sent(outcome)).toEqual(writtenOtherwise(scene.tenant, ['sheets', 'charts']).toSorted());
    const streams = ['sheets', 'charts'];
    const next = await scene.sync({ mode: 'full_refresh', streams, state: savedIn(outcome.lines) });
    expect([endOf(next), sent(next)]).toEqual([WELL, []]);
  });

  it.each([
    ['interrupted-full-refresh', ['sheets', 'charts']],
    ['interrupted-incremental', ['charts']],
  ])('has the other apps read where it is an %s', async (name, again) => {
    await using scene = await sceneAt(SOON, name);
    const [done] = appIds(scene.tenant);
    const outcome = await scene.goOn();
    expect(endOf(outcome)).toEqual(WELL);
    const others = inApps(scene.tenant, (appId) => appId !== done);
    expect(sent(outcome)).toEqual([...new Set([...writtenOtherwise(scene.tenant, again), ...others])].toSorted());
  });

  it.each([SOON, LATER])(
    'with more rows than it can name has all of the list sent, since any may differ, at %s',
    async (time) => {
      await using scene = await sceneAt(time, 'overfull');
      const { tenant } = scene;
      const outcome = await scene.goOn();
      const warnings = [
        expect.stringContaining('users had more rows than a state can name (250,000), and no longer has.'),
      ];
      expect(endOf(outcome)).toEqual({ ...WELL, warnings });
      expect(sent(outcome)).toEqual(writtenOtherwise(tenant, ['users', 'charts']).toSorted());
      const [, , { id } = { id: '' }] = tenant.data.users.all();
      tenant.data.users.change(id, { lastUpdatedAt: '2026-01-02T00:00:00Z' });
      const next = await scene.sync({ streams: ['users', 'charts'], state: savedIn(outcome.lines) });
      expect([endOf(next), sent(next)]).toEqual([WELL, [`users: ${id}`]]);
    },
  );
});
