import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { live } from '../../src/simulator/life.ts';
import { startPostgres } from '../support/postgres.ts';
import { MAIN } from '../support/program.ts';
import { virtualEnvironment } from '../support/virtual-environment.ts';
import { IMAGE } from './image.ts';
import { begin, call, HARD, recipe, scene, tablesIn, UNSTORABLE, wantedTables } from './recipes.ts';

/** PyAirbyte's pandas reads fractions fast, and wrong in the last digit. */
function rounded<T>(tables: T): T {
  return JSON.parse(JSON.stringify(tables), (_, part) =>
    typeof part === 'number' ? Number(part.toPrecision(12)) : part,
  );
}

/** Files in a folder that hold this text, and that everyone on the machine can get at. */
function openToAll(folder: string, text: string): string[] {
  const entries = readdirSync(folder).map((name) => join(folder, name));
  return entries.flatMap((path) => {
    try {
      const found = statSync(path);
      if (found.isDirectory()) return found.mode & 0o001 ? openToAll(path, text) : [];
      return found.mode & 0o004 && readFileSync(path, 'utf8').includes(text) ? [path] : [];
    } catch {
      // It is gone again.
      return [];
    }
  });
}

describe('pyairbyte.py', () => {
  it.each([
    ['the image', ['--image', IMAGE, '--host-network']],
    ['a program', ['--executable', MAIN]],
  ])('shows the settings to nobody else while %s reads', async (_, connector) => {
    await using stage = await scene();
    const { tenant, folder } = stage;
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const python = join(virtualEnvironment('pyairbyte'), 'python');
    const settings = [join(folder, 'config.json'), ...connector, '--duckdb', 'qlik.duckdb', '--streams', 'users'];
    const words = ['sh', '-c', 'cd "$0" && exec "$@"', folder, python, recipe('pyairbyte.py'), ...settings] as const;
    const running = begin(words, { TMPDIR: temporary, PATH: `${dirname(process.execPath)}:${process.env.PATH}` });
    const seen = new Set<string>();
    let isRunning = true;
    const ended = running.ended.finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      for (const path of openToAll(temporary, tenant.apiKey)) seen.add(path);
      await pause(10);
    }
    expect([await ended, await running.program]).toMatchObject([
      [0, null],
      { stdout: expect.stringContaining('rows were sent') },
    ]);
    expect([...seen]).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('takes no password from the command line', async () => {
    const python = join(virtualEnvironment('pyairbyte'), 'python');
    const settings = ['config.json', '--image', IMAGE, '--postgres', 'postgresql://loader:secret@localhost/warehouse'];
    const words = [python, recipe('pyairbyte.py'), ...settings] as const;
    expect(await call(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('belongs into PGPASSWORD') });
  });

  it('keeps tables in PostgreSQL that equal the tenant, beside the tombstones of what is gone', async () => {
    await using postgres = await startPostgres();
    // PyAirbyte fails on U+0000, and has a way of its own with halves of surrogate pairs.
    await using stage = await scene(HARD.replace(UNSTORABLE, ''));
    const { tenant, folder } = stage;
    const python = join(virtualEnvironment('pyairbyte'), 'python');
    const settings = [join(folder, 'config.json'), '--image', IMAGE, '--host-network', '--postgres', postgres.url];
    // It keeps files of its own in the folder where it is called.
    const words = ['sh', '-c', 'cd "$0" && exec "$@"', folder, python, recipe('pyairbyte.py'), ...settings] as const;
    const sync = () => call(words, { PGPASSWORD: postgres.env.PGPASSWORD });
    const living = () => rounded(tablesIn(postgres, 'qlik', '_ab_cdc_deleted_at IS NULL'));

    expect(await sync()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ rows were sent$/m) });
    expect(living()).toEqual(rounded(wantedTables(tenant)));
    const [before] = postgres.rows('SELECT count(*) FROM qlik.apps') as [{ count: number }];

    live(tenant.data);
    expect((await sync()).code).toBe(0);
    expect(living()).toEqual(rounded(wantedTables(tenant)));
    const gone = postgres.rows('SELECT * FROM qlik.apps WHERE _ab_cdc_deleted_at IS NOT NULL');
    expect(gone).toEqual([expect.objectContaining({ id: expect.any(String), name: null, updatedat: null })]);
    expect(postgres.rows('SELECT count(*) FROM qlik.apps')).toEqual([{ count: before.count + 1 }]);

    const kept = living();
    const allow = tenant.faults.forbid('groups');
    live(tenant.data);
    expect((await sync()).code).toBe(1);
    expect(living()).toEqual(kept);
    allow();
    expect((await sync()).code).toBe(0);
    expect(living()).toEqual(rounded(wantedTables(tenant)));
  }, 300_000);
});
