import { expect, it } from 'vitest';
import type { Outcome } from '../../src/cdk/testing/library.ts';
import { recordsOf } from '../../src/cdk/testing/lines.ts';
import { appsOf, sync, tenantOf } from '../support/engine-tenant.ts';
import type { Json } from '../support/messages.ts';

const streams = ['charts', 'master_visualizations'];

function rowsIn({ lines }: Outcome, name: string): Json[] {
  return recordsOf(lines, name) as Json[];
}

it('a change of what is in a master is a change of the master, and of the charts that name it, and of no other', async () => {
  await using tenant = await tenantOf({ apps: 3, sheets: 2, charts: 2 });
  const [document] = appsOf(tenant);
  if (!document) throw new Error('there is no app with sheets');
  const [sheetId = ''] = document.sheetIds();
  const master = document.idsOfType('masterobject').find((id) => document.childIds(id).length > 0) ?? '';
  const [pane = '', bar = ''] = document.childIds(master);
  const [box = ''] = document.childIds(pane);
  const chart = document.edit.addChart(sheetId, { kind: 'linked', properties: { qExtendsId: master } });
  const first = await sync(tenant, { streams, mode: 'incremental' });

  const field = { qLibraryId: '', qDef: { qGrouping: 'N', qFieldDefs: ['Changed'], qFieldLabels: [''] } };
  document.edit.change(box, { qListObjectDef: field });
  document.edit.change(bar, { color: { colorExpression: 'Changed()' } });
  const second = await sync(tenant, { streams, mode: 'incremental', after: [first] });

  const namingIt = document.charts().filter(({ id }) => document.properties(id).qExtendsId === master);
  const named = rowsIn(second, 'charts').map(({ id }) => id);
  expect(named.toSorted()).toEqual(namingIt.map(({ id }) => id).toSorted());
  expect(named).toContain(chart);
  expect(rowsIn(second, 'master_visualizations').map(({ id }) => id)).toEqual([master]);
  for (const row of [...rowsIn(second, 'charts'), ...rowsIn(second, 'master_visualizations')]) {
    expect(row.dimensions).toContainEqual(expect.objectContaining({ fieldDefs: ['Changed'] }));
    const place = '/qChildren/1/qProperty/color/colorExpression';
    expect(row.expressions).toContainEqual({ place, role: 'color', expression: 'Changed()' });
  }
});
