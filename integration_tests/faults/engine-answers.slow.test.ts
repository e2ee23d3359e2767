import { describe, expect, it } from 'vitest';
import { batchesOf, cellsOf, tryingAhead } from './engine-cells.ts';
import { ANSWER_TROUBLES } from './engine-fault-shapes.ts';
import { MOMENTS } from './engine-fault-table.ts';

const batches = batchesOf(cellsOf(ANSWER_TROUBLES, MOMENTS));
const findingsOf = tryingAhead(batches);

describe.concurrent.each(batches.entries().toArray())('batch %i', (index, batch) => {
  it('leaves the other apps whole, ends as it should, and heals', async () => {
    const { general } = await findingsOf(index);
    expect(general, general.join('\n')).toEqual([]);
  });

  it.each(batch.map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
    const complaints = (await findingsOf(index)).ofCell.get(cell) ?? ['never tried'];
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});
