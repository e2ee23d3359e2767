import { describe, expect, it } from 'vitest';
import { batchesOf } from './engine-batches.ts';
import { cellsOf, tryBatch } from './engine-cells.ts';
import { CLOSE_TROUBLES, ERROR_TROUBLES } from './engine-fault-codes.ts';
import { ANSWER_TROUBLES } from './engine-fault-shapes.ts';
import { REQUESTS } from './engine-fault-table.ts';
import { complaintsOf } from './rest-cells.ts';
import { REST_FAULTS } from './rest-faults.ts';
import { FIRST_PAGES } from './rest-places.ts';

// The whole of it is in the slow tests: every fault at every place.

const LISTS: readonly (readonly [place: string, fault: string])[] = [
  ['/users', '403'],
  ['/groups', 'half body'],
  ['/items', 'a partial answer'],
];

const APPS =
  /^(OpenDoc, error 5, once|GetFullPropertyTree, (close 4003, (once|always)|the result \{"qPropEntry":\{\}\}, always))$/;
const cells = cellsOf([...CLOSE_TROUBLES, ...ERROR_TROUBLES, ...ANSWER_TROUBLES], REQUESTS);
const someCells = cells.filter(({ name }) => APPS.test(name));

describe.concurrent('a sync that meets a fault is honest about it, and the next is exact', () => {
  it.each(LISTS)('%s: %s', async (where, what) => {
    const place = FIRST_PAGES.find(({ name }) => name === where);
    const fault = REST_FAULTS.find(({ name }) => name === what);
    const complaints = place && fault ? await complaintsOf({ place, fault, often: 'always' }) : ['not in the table'];
    expect(complaints, complaints.join('\n')).toEqual([]);
  });

  it.each(batchesOf(someCells).entries().toArray())('apps, batch %i', async (_, batch) => {
    const { general, ofCell } = await tryBatch(batch);
    const complaints = [
      ...general,
      ...batch.flatMap((cell) => (ofCell.get(cell) ?? []).map((what) => `${cell.name}: ${what}`)),
    ];
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});
