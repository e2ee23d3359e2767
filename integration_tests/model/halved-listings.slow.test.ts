import { describe, expect, it } from 'vitest';
import { type SimulatedTenant, startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { DOUBTFUL } from '../support/sizes.ts';
import { partitionedBy, streamsOf } from '../support/stream-tests.ts';
import { editableRows, restoreRow } from '../support/streams/random-edit.ts';
import { Model } from './model.ts';
import { isTombstone } from './model-judge.ts';
import { PLAIN, PLAIN_SYNC } from './model-plan.ts';

/** Of apps and spaces there are more: those that hold nothing for a stream do not count. */
const MANY = { ...DOUBTFUL, apps: 40, spaces: 60 };
const LISTS = streamsOf('list');
const STREAMS_THAT_NOTICE = LISTS.flatMap(({ name }) => [name, ...partitionedBy(name)]).toSorted();

/** Takes more than half away of every list, and of the sheets of the first app; gives back the way back. */
function takeMost({ data }: SimulatedTenant): () => void {
  const { plan } = data;
  const gone = LISTS.flatMap((tests) => {
    const rows = editableRows(tests, data);
    return rows.slice(rows.length / 4).map((row) => ({ tests, row }));
  });
  const [{ resourceId } = { resourceId: '' }] = data.items.all();
  const document = data.document(resourceId);
  const hidden = document.sheetIds().slice(5);
  const show = (id: string, published: boolean) =>
    document.edit.changeMeta(id, { published, ownerId: plan.botId }, { object: false });
  for (const { tests, row } of gone) tests.rows(data).delete(row.id);
  for (const id of hidden) show(id, false);
  return () => {
    for (const { tests, row } of gone) restoreRow(tests, data, row);
    for (const id of hidden) show(id, true);
  };
}

describe('a listing that lacks more than half of what was known', () => {
  it('is not believed before the next one lacks it too', async () => {
    await using tenant = await startSimulatedTenant(MANY);
    const [{ resourceId } = { resourceId: '' }] = tenant.data.items.all();
    for (let sheet = 0; sheet < 24; sheet++) tenant.data.document(resourceId).edit.addSheet({ charts: 1 });
    const model = new Model(tenant, PLAIN);
    const sync = async () => {
      const messages = await model.sync(PLAIN_SYNC);
      const deletions = messages.flatMap(({ record }) => (record && isTombstone(record.data) ? [record.stream] : []));
      const warnings = messages.flatMap(({ log }) => (log?.level === 'WARN' ? [log.message] : []));
      return { deletions: [...new Set(deletions)].sort(), warnings };
    };
    await sync();
    const giveBack = takeMost(tenant);
    const { deletions, warnings } = await sync();
    expect(deletions).toEqual([]);
    for (const stream of STREAMS_THAT_NOTICE) expect(warnings).toContainEqual(expect.stringContaining(stream));
    giveBack();
    expect(await sync()).toEqual({ deletions: [], warnings: [] });
    takeMost(tenant);
    expect((await sync()).deletions).toEqual([]);
    expect(await sync()).toEqual({ deletions: STREAMS_THAT_NOTICE, warnings: [] });
    expect(await sync()).toEqual({ deletions: [], warnings: [] });
  });
});
