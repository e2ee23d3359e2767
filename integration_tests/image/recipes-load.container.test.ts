import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { live } from '../../src/simulator/life.ts';
import type { Json } from '../support/messages.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { call, recipe, scene, surroundings, tablesIn } from './recipes.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres[Symbol.asyncDispose]());

const load = (schema: string, ...files: string[]) =>
  call(['sh', recipe('load.sh'), ...files], surroundings(postgres, schema));

/** The files of three reads, each of which goes on from the one before, as they are before they are loaded. */
async function reads(schema: string) {
  const stage = await scene();
  const { tenant, folder } = stage;
  const files = ['1', '2', '3'].map((name) => join(folder, `${name}.jsonl`)) as [string, string, string];
  for (const file of files) {
    expect((await call(['sh', recipe('sync.sh'), folder], surroundings(postgres, `${schema}_source`))).code).toBe(0);
    await writeFile(file, await readFile(join(folder, 'messages.jsonl.loaded')));
    live(tenant.data);
  }
  return { ...stage, files, held: () => tablesIn(postgres, schema), wanted: tablesIn(postgres, `${schema}_source`) };
}

const namesIn = async (folder: string) => (await readdir(folder)).filter((name) => /^\d/.test(name)).sort();

describe('load.sh', () => {
  it('goes on where it failed, and neither loads a file twice nor back in time', async () => {
    await using stage = await reads('again');
    const { folder, files, held, wanted } = stage;
    const [first, second, third] = files;
    const whole = await readFile(third, 'utf8');
    await writeFile(third, whole.replace(/^\{"type":"RECORD"/m, '{"type":'));
    expect(await load('again', ...files)).toMatchObject({ code: 3, stderr: expect.stringContaining('invalid input') });
    expect(await namesIn(folder)).toEqual(['1.jsonl.loaded', '2.jsonl.loaded', '3.jsonl']);
    const before = held();

    expect(await load('again', `${second}.loaded`)).toMatchObject({ code: 0 });
    expect(held()).toEqual(before);
    const refused = { code: 3, stderr: expect.stringContaining('read from other states than sync_state holds: app_') };
    expect(await load('again', `${first}.loaded`)).toMatchObject(refused);
    expect(held()).toEqual(before);

    await writeFile(third, whole);
    expect(await load('again', third)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(held()).toEqual(wanted);
  });

  it('refuses a file whose forerunner is missing', async () => {
    await using stage = await reads('gap');
    const [first, , third] = stage.files;
    expect(await load('gap', first, third)).toMatchObject({ code: 3 });
    expect(await namesIn(stage.folder)).toEqual(['1.jsonl.loaded', '2.jsonl', '3.jsonl']);
  });

  it.each([
    ['is missing', async () => {}, 66, 'There is no file'],
    ['is a folder', (file: string) => mkdir(file), 66, 'There is no file'],
    ['is empty', (file: string) => writeFile(file, ''), 3, 'holds no catalog with streams'],
    ['holds no catalog', (file: string) => writeFile(file, '{"type":"LOG"}\n'), 3, 'holds no catalog with streams'],
    ['holds an empty catalog', (file: string) => writeFile(file, '{"streams":[]}\n'), 3, 'no catalog with streams'],
    ['holds no JSON', (file: string) => writeFile(file, 'streams\n'), 3, 'invalid input syntax for type json'],
  ])('fails where a file %s', async (_, make, code, why) => {
    await using stage = await scene();
    const file = join(stage.folder, '1.jsonl');
    await make(file);
    expect(await load('wrong', file)).toMatchObject({ code, stderr: expect.stringContaining(why) });
    expect(await namesIn(stage.folder)).not.toContain('1.jsonl.loaded');
    expect(postgres.rows("SELECT FROM pg_namespace WHERE nspname = 'wrong'")).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('fails where a file may not be read', async () => {
    await using stage = await scene();
    const file = join(stage.folder, '1.jsonl');
    await writeFile(file, '');
    await chmod(file, 0);
    expect(await load('wrong', file)).toMatchObject({ code: 66 });
  });

  it('leaves out rows that no state knows of, and moves no state of a stream without a table', async () => {
    await using stage = await scene();
    const { folder, tenant } = stage;
    const sync = ['sh', recipe('sync.sh'), folder, 'roles'] as const;
    expect((await call(sync, surroundings(postgres, 'covered'))).code).toBe(0);
    const [{ message }] = postgres.rows('SELECT message FROM covered.sync_state') as [{ message: Json }];
    const later = (name: string) => {
      const text = JSON.stringify(message).replaceAll('"roles"', `"${name}"`);
      return JSON.parse(text.replace(/"latest": ?"[^"]+"/, '"latest": "2099-01-01T00:00:00.000Z"'));
    };
    const ghost = { id: 'ghost', _ab_cdc_updated_at: new Date().toISOString(), _ab_cdc_deleted_at: null };
    const rows = [ghost, { ...ghost, id: tenant.data.roles.all().toArray()[0]?.id, name: 'Ghost' }];
    const records = rows.map((data) => ({ type: 'RECORD', record: { stream: 'roles', data, emitted_at: 1 } }));
    const catalog = JSON.parse(await readFile(join(folder, 'catalog.json'), 'utf8'));
    const lines = [message, catalog, later('roles'), later('users'), ...records].map((one) => JSON.stringify(one));
    const file = join(folder, '1.jsonl');
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    expect(await load('covered', file)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(postgres.rows("SELECT id FROM covered.roles WHERE id = 'ghost' OR name = 'Ghost'")).toEqual([]);
    const states = postgres.rows(
      "SELECT stream, message #>> '{state,stream,stream_state,latest}' AS latest FROM covered.sync_state",
    );
    expect(states).toEqual([{ stream: 'roles', latest: '2099-01-01T00:00:00.000Z' }]);
  });
});
