import { expect, it } from 'vitest';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { runHere } from '../support/in-process.ts';
import { configured, discovered } from '../support/program.ts';

/** As JSON text: nothing that leads elsewhere, and two halves of a character that no address can tell apart. */
const ODD = ['.', '..', '\\ud800', '\\udfff'];

it('what has an id that no address can hold keeps its row, is not visited, and is named', async () => {
  await using tenant = await startSimulatedTenant({ apps: 12, spaces: 8, users: 10 });
  const apps = [...tenant.data.items.all()].flatMap(({ resourceType, resourceId }) =>
    resourceType === 'app' ? [resourceId] : [],
  );
  const spaces = [...tenant.data.spaces.all()].map(({ id }) => id);
  tenant.faults.mutate = (text, url) => {
    const [field, ids] = url.pathname === '/api/v1/items' ? ['resourceId', apps] : ['id', spaces];
    if (url.pathname !== '/api/v1/items' && url.pathname !== '/api/v1/spaces') return text;
    return ODD.reduce((given, odd, index) => given.replace(`"${field}":"${ids[index]}"`, `"${field}":"${odd}"`), text);
  };
  const names = ['apps', 'spaces', 'sheets', 'app_tables', 'app_coverage', 'space_assignments'];
  const catalog = configured(
    (await discovered()).filter(({ name }) => names.includes(name)),
    'incremental',
  );
  const result = await runHere('read', { tenant, catalog });
  expect(result.ends).toEqual(Object.fromEntries(names.map((name) => [name, 'COMPLETE'])));
  expect(result.code).toBe(0);
  const ids = ODD.map((odd) => JSON.parse(`"${odd}"`));
  for (const list of ['apps', 'spaces'])
    expect(result.rows(list).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  const warnings = result.messages.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : []));
  for (const odd of ODD)
    expect(warnings.filter((warning) => warning.includes(`The id "${odd}" `)).length).toBeGreaterThan(0);
  const coverage = result.rows('app_coverage').filter(({ appId }) => ids.includes(appId));
  expect(coverage.map(({ status, reasonCode }) => [status, reasonCode])).toEqual(
    ODD.map(() => ['denied', 'ID-IN-NO-ADDRESS']),
  );
  // Nor is anything asked that was meant for one of them.
  const asked = Object.keys(tenant.counts.paths);
  expect(asked.filter((path) => /\/(apps|spaces)\/(data|assignments|%EF)/.test(path))).toEqual([]);
  expect(tenant.engine.counts.visits.map(({ appId }) => appId).filter((id) => !apps.includes(id))).toEqual([]);
});
