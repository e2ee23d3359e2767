import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { apiKeySettings } from '../support/program.ts';
import { call, recipe, scene, surroundings, tablesIn, wantedTables } from './recipes.ts';

const ALL = streams.map(({ name }) => name);

describe('the views of a tenant that is split by spaces', () => {
  it('show what one connection would', async () => {
    await using postgres = await startPostgres();
    await using stage = await scene();
    const { tenant, folder } = stage;
    const [one, other] = [...tenant.data.spaces.all()].map(({ id }) => id) as [string, string];
    const [first, second] = tenant.data.items.all().filter(({ resourceType }) => resourceType === 'app');
    tenant.data.items.change(first?.id ?? '', { spaceId: one });
    tenant.data.items.change(second?.id ?? '', { spaceId: other });
    const inApps = ['apps', 'sheets', 'charts', 'app_coverage'];
    const connections = {
      qlik: [{}, ALL.filter((name) => !inApps.includes(name))],
      qlik_a: [{ include_spaces: [one], include_personal_apps: false }, inApps],
      qlik_b: [{ include_spaces: [other], include_personal_apps: false }, inApps],
      qlik_rest: [{ exclude_spaces: [one, other] }, inApps],
    } as const;
    for (const [schema, [settings, streamNames]] of Object.entries(connections)) {
      const own = join(folder, schema);
      await mkdir(own);
      await writeFile(join(own, 'config.json'), JSON.stringify(apiKeySettings(tenant, settings)));
      const words = ['sh', recipe('sync.sh'), own, ...streamNames] as const;
      expect(await call(words, surroundings(postgres, schema))).toEqual({ code: 0, stdout: '', stderr: '' });
    }
    // As if a newer image had added the column.
    postgres.run('ALTER TABLE qlik_b.sheets RENAME title TO old; ALTER TABLE qlik_b.sheets ADD title text');
    postgres.run('UPDATE qlik_b.sheets SET title = old');
    const words = ['psql', '-X', '-q', '-v', 'schemas=qlik_a,qlik_b,qlik_rest', '-v', 'schema=qlik'] as const;
    // Made anew, they take the place of those that are there.
    for (let times = 1; times <= 2; times += 1) {
      const made = await call([...words, '-f', recipe('views.sql')], postgres.env);
      expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
    }
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
    const covered = postgres.rows('SELECT DISTINCT appId FROM qlik.app_coverage');
    expect(covered).toHaveLength(wantedTables(tenant).apps?.length ?? 0);
  });
});
