import { describe, expect, it } from 'vitest';
import { batchesOf } from './engine-batches.ts';
import { cellsOf, tryBatch } from './engine-cells.ts';
import { CLOSE_TROUBLES, ERROR_TROUBLES } from './engine-fault-codes.ts';
import { ANSWER_TROUBLES } from './engine-fault-shapes.ts';
import { REQUESTS } from './engine-fault-table.ts';
import { inPart } from './part-faults.ts';
import { complaintsOf } from './rest-cells.ts';
import { REST_FAULTS } from './rest-faults.ts';
import { FIRST_PAGES, LATER_PAGES, PARTS } from './rest-places.ts';

// The whole of it is in the slow tests: every fault at every place.

const LISTS: readonly (readonly [place: string, fault: string])[] = [
  ['/users', '403'],
  ['/groups', 'half body'],
  ['/items', 'a partial answer'],
  ['/reloads', 'a partial answer'],
  ['/reloads?appId=, by role', 'rows without their key: [{}]'],
  ['/reloads?appId=, second page', 'a cursor that is refused'],
  ['/reloads/{id}', 'the shape {"id":"another"}'],
  ['/automations, second page', 'a page that repeats its own cursor'],
];
const PLACES = [
  ...FIRST_PAGES.map((place) => ({ ...place, faults: REST_FAULTS })),
  ...LATER_PAGES.map((place) => ({ ...place, faults: place.besides ? REST_FAULTS.map(inPart) : REST_FAULTS })),
  ...PARTS,
];

const APPS =
  /^(OpenDoc, error 5, once|GetFullPropertyTree, (close 4003, (once|always)|the result \{"qPropEntry":\{\}\}, always))$/;
const cells = cellsOf([...CLOSE_TROUBLES, ...ERROR_TROUBLES, ...ANSWER_TROUBLES], REQUESTS);
const someCells = cells.filter(({ name }) => APPS.test(name));

describe.concurrent('a sync that meets a fault is honest about it, and the next is exact', () => {
  it.each(LISTS)('%s: %s', async (where, what) => {
    const place = PLACES.find(({ name }) => name === where);
    const fault = place?.faults.find(({ name }) => name === what);
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
