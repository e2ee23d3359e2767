import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { live } from '../../src/simulator/life.ts';
import { streams } from '../../src/streams/index.ts';
import { type Message, messagesOf } from '../support/messages.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { begin, call, recipe, scene, surroundings, tablesIn, wantedTables } from './recipes.ts';

const ALL = streams.map(({ name }) => name);

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres[Symbol.asyncDispose]());

const loaded = async (folder: string) => messagesOf(await readFile(join(folder, 'messages.jsonl.loaded'), 'utf8'));
const recordsIn = (messages: readonly Message[]) => messages.filter(({ type }) => type === 'RECORD');

describe('sync.sh', () => {
  const sync = (folder: string, schema: string) =>
    call(['sh', recipe('sync.sh'), folder], surroundings(postgres, schema));

  it('makes tables that equal the tenant, and keeps them so', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    expect(await sync(folder, 'kept')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'kept')).toEqual(wantedTables(tenant));
    const first = recordsIn(await loaded(folder)).length;

    live(tenant.data);
    expect(await sync(folder, 'kept')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'kept')).toEqual(wantedTables(tenant));
    expect(recordsIn(await loaded(folder)).length).toBeLessThan(first / 2);

    expect(await sync(folder, 'kept')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tablesIn(postgres, 'kept')).toEqual(wantedTables(tenant));
    const told = recordsIn(await loaded(folder)).map(({ record }) => record?.stream);
    expect(new Set(told)).toEqual(new Set(['app_coverage']));
  });

  it('gives columns the types of the catalog, and keys', async () => {
    await using stage = await scene();
    expect((await sync(stage.folder, 'typed')).code).toBe(0);
    const types = postgres.rows(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'typed' AND table_name = 'sheets'",
    );
    expect(Object.fromEntries(types.map(({ column_name, data_type }) => [column_name, data_type]))).toMatchObject({
      appid: 'text',
      modifieddate: 'timestamp with time zone',
      columns: 'bigint',
      rank: 'numeric',
      approved: 'boolean',
      cells: 'jsonb',
    });
    const keys = postgres.rows(
      "SELECT indexdef FROM pg_indexes WHERE schemaname = 'typed' AND tablename IN ('apps', 'charts') ORDER BY tablename",
    );
    expect(keys).toEqual([
      { indexdef: expect.stringContaining('UNIQUE INDEX apps_pkey ON typed.apps USING btree (id)') },
      { indexdef: expect.stringContaining('UNIQUE INDEX charts_pkey ON typed.charts USING btree (appid, id)') },
    ]);
  });

  it('adds columns that the table lacks', async () => {
    await using stage = await scene();
    expect((await sync(stage.folder, 'widened')).code).toBe(0);
    postgres.run('ALTER TABLE widened.users DROP COLUMN email; DELETE FROM widened.sync_state');
    expect((await sync(stage.folder, 'widened')).code).toBe(0);
    expect(tablesIn(postgres, 'widened')).toEqual(wantedTables(stage.tenant));
  });

  it('leaves nothing that others may read', async () => {
    await using stage = await scene();
    const { folder } = stage;
    expect((await sync(folder, 'private')).code).toBe(0);
    const modes = (await readdir(folder)).map(async (name) => [name, (await stat(join(folder, name))).mode & 0o077]);
    const files = Object.fromEntries(await Promise.all(modes));
    expect(files).toMatchObject({ 'catalog.json': 0, 'state.jsonl': 0, 'messages.jsonl.loaded': 0 });
    expect(Object.values(files).filter((mode) => mode !== 0)).toEqual([]);
  });

  it('begins anew where the states are deleted, and leaves no row of what is gone', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    expect((await sync(folder, 'anew')).code).toBe(0);
    const [user] = tenant.data.users.all().drop(7);
    tenant.data.users.delete(user?.id ?? '');
    postgres.run('DELETE FROM anew.sync_state');
    expect((await sync(folder, 'anew')).code).toBe(0);
    expect(tablesIn(postgres, 'anew')).toEqual(wantedTables(tenant));
  });

  it('asks for what it lacks', async () => {
    await using stage = await scene();
    expect((await call(['sh', recipe('sync.sh')], surroundings(postgres, 'lacking'))).stderr).toContain('config.json');
    await rm(join(stage.folder, 'config.json'));
    expect(await sync(stage.folder, 'lacking')).toEqual({
      code: 66,
      stdout: '',
      stderr: `There is no config.json in ${stage.folder} that can be read.\n`,
    });
  });

  it('runs once at a time', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    tenant.dials.latencyMs = 500;
    const running = begin(['sh', recipe('sync.sh'), folder], surroundings(postgres, 'once'));
    while (!existsSync(join(folder, 'state.jsonl'))) await pause(20);
    expect(await sync(folder, 'once')).toMatchObject({ code: 75, stderr: expect.stringContaining('Another sync') });
    tenant.dials.latencyMs = 0;
    expect(await running.ended).toEqual([0, null]);
    expect(tablesIn(postgres, 'once')).toEqual(wantedTables(tenant));
  });

  it('loads what came where a list is refused, says so by its exit code, and catches up', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    const allow = tenant.faults.forbid('groups');
    const { stderr, ...outcome } = await sync(folder, 'refused');
    expect(outcome).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^ERROR: .*\/groups answered 403.*Tenant Admin/),
      expect.stringMatching(/^ERROR: 1 of \d+ streams could not be completed/),
      '',
    ]);
    expect(tablesIn(postgres, 'refused')).toEqual({ ...wantedTables(tenant), groups: [] });
    allow();
    live(tenant.data);
    expect((await sync(folder, 'refused')).code).toBe(0);
    expect(tablesIn(postgres, 'refused')).toEqual(wantedTables(tenant));
  });

  it('moves neither rows nor state where a value fits no column, and takes them in when it does', async () => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    expect((await sync(folder, 'mended')).code).toBe(0);
    const held = () => [tablesIn(postgres, 'mended'), postgres.rows('SELECT * FROM mended.sync_state ORDER BY stream')];
    const before = held();
    const [user] = tenant.data.users.all().drop(6);
    tenant.data.users.change(user?.id ?? '', { lastUpdatedAt: '0000-01-01T00:00:00Z' });
    live(tenant.data);
    const failed = await sync(folder, 'mended');
    const refused = 'out of range: "0000-01-01T00:00:00Z"';
    expect(failed).toMatchObject({ code: 3, stderr: expect.stringContaining(refused) });
    expect(held()).toEqual(before);
    postgres.run('ALTER TABLE mended.users ALTER lastUpdatedAt TYPE text');
    expect((await sync(folder, 'mended')).code).toBe(0);
    expect(tablesIn(postgres, 'mended')).toEqual(wantedTables(tenant));
  });

  it('reads the streams that are named', async () => {
    await using stage = await scene();
    const { folder } = stage;
    const words = ['sh', recipe('sync.sh'), folder, 'users', 'spaces'] as const;
    expect(await call(words, surroundings(postgres, 'some'))).toEqual({ code: 0, stdout: '', stderr: '' });
    const tables = postgres.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'some' ORDER BY tablename");
    expect(tables.map(({ tablename }) => tablename)).toEqual(['spaces', 'sync_state', 'users']);
    const unknown = await call(['sh', recipe('sync.sh'), folder, 'usres'], surroundings(postgres, 'some'));
    expect(unknown).toEqual({ code: 1, stdout: '', stderr: 'There is no stream usres.\n' });
    const catalog = JSON.parse(await readFile(join(folder, 'catalog.json'), 'utf8'));
    expect(catalog.streams).toHaveLength(2);
  });
});

describe('catalog.sh', () => {
  it('chooses all streams, on one line', async () => {
    await using stage = await scene();
    const env = surroundings(postgres, 'none');
    const { code, stdout } = await call(['sh', recipe('catalog.sh'), join(stage.folder, 'config.json')], env);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const { streams: chosen } = JSON.parse(stdout) as { streams: { stream: { name: string } }[] };
    expect(chosen.map(({ stream }) => stream.name)).toEqual(ALL);
  });
});
