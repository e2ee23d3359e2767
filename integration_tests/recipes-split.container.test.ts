import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { streams } from '../src/streams/index.ts';
import { startPostgres } from './postgres.ts';
import { apiKeySettings } from './program.ts';
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
    const page = await readFile(recipe('../warehouses.md'), 'utf8');
    const views = page.match(/CREATE VIEW qlik\.apps.*?(?=```)/s)?.[0] ?? '';
    postgres.run(views);
    for (const name of ['sheets', 'charts']) postgres.run(views.replace(/;.*/s, '').replaceAll('.apps', `.${name}`));
    expect(tablesIn(postgres, 'qlik')).toEqual(wantedTables(tenant));
    const covered = postgres.rows('SELECT DISTINCT appId FROM qlik.app_coverage');
    expect(covered).toHaveLength(wantedTables(tenant).apps?.length ?? 0);
  });
});
