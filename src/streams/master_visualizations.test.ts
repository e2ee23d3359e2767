import { expect, test } from 'vitest';
import type { Properties } from '../qlik/app-objects.ts';
import { answersOf, type ScriptedApp, ScriptedEngine } from '../qlik/testing/scripted-engine.ts';
import { master_visualizations } from './master_visualizations.ts';

async function rowsOf(app: ScriptedApp) {
  await using engine = await ScriptedEngine.start({ answer: answersOf(app) });
  await using visit = engine.visit();
  const { sections } = await master_visualizations.readPartition(visit);
  return (await Promise.all(sections.map((section) => section.read()))).flat();
}

const sheet = { type: 'sheet', meta: { title: 'Overview' } };
const master = (title: string, meta: Properties) => ({
  type: 'masterobject',
  properties: { visualization: 'kpi', qMetaDef: { title } },
  meta,
});

test('what is in the library is told from what a sheet holds by its title, or a time', async () => {
  const rows = await rowsOf({
    sheet,
    titled: master('Sales', { title: 'Sales', modifiedDate: '2024-02-01T00:00:00.000Z' }),
    untitled: master('', { title: '' }),
    'titled by its properties': master('Users', { privileges: ['read'] }),
    'on a sheet': { ...master('', { privileges: ['read'] }), properties: { qExtendsId: 'titled', qMetaDef: {} } },
  });
  expect(rows).toMatchObject([
    { appId: 'app-1', id: 'titled', title: 'Sales', type: 'kpi', modifiedDate: '2024-02-01T00:00:00.000Z' },
    { id: 'untitled', title: '' },
    { id: 'titled by its properties', title: 'Users', modifiedDate: null },
  ]);
  expect(rows).toHaveLength(3);
});
