import { describe, expect, it } from 'vitest';
import { batchesOf, cellsOf, tryBatch } from './engine-cells.ts';
import { ANSWER_TROUBLES } from './engine-fault-shapes.ts';
import { MOMENTS } from './engine-fault-table.ts';

const cells = cellsOf(ANSWER_TROUBLES, MOMENTS);

describe.concurrent.each(batchesOf(cells).entries().toArray())('batch %i', (_, batch) => {
  const findings = Promise.withResolvers<Awaited<ReturnType<typeof tryBatch>>>();

  it('leaves the other apps whole, ends as it should, and heals', async () => {
    tryBatch(batch).then(findings.resolve, findings.reject);
    const { general } = await findings.promise;
    expect(general, general.join('\n')).toEqual([]);
  });

  it.each(batch.map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
    const complaints = (await findings.promise).ofCell.get(cell) ?? ['never tried'];
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});
