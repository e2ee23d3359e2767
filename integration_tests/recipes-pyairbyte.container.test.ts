import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { live } from '../src/demo/life.ts';
import { IMAGE } from './image.ts';
import { startPostgres } from './postgres.ts';
import { call, HARD, recipe, scene, tablesIn, UNSTORABLE, wantedTables } from './recipes.ts';
import { virtualEnvironment } from './virtual-environment.ts';

/** PyAirbyte's pandas reads fractions fast, and wrong in the last digit. */
function rounded<T>(tables: T): T {
  return JSON.parse(JSON.stringify(tables), (_, part) =>
    typeof part === 'number' ? Number(part.toPrecision(12)) : part,
  );
}

describe('pyairbyte.py', () => {
  it('keeps tables in PostgreSQL that equal the tenant, beside the tombstones of what is gone', async () => {
    await using postgres = await startPostgres();
    // PyAirbyte fails on U+0000, and has a way of its own with halves of surrogate pairs.
    await using stage = await scene(HARD.replace(UNSTORABLE, ''));
    const { tenant, folder } = stage;
    const python = join(virtualEnvironment('pyairbyte'), 'python');
    const settings = [join(folder, 'config.json'), '--image', IMAGE, '--host-network', '--postgres', postgres.url];
    // It keeps files of its own in the folder where it is called.
    const words = ['sh', '-c', 'cd "$0" && exec "$@"', folder, python, recipe('pyairbyte.py'), ...settings] as const;
    const sync = () => call(words);
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
