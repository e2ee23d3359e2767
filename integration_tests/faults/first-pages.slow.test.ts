import { describe, expect, it, vi } from 'vitest';
import { complaintsOf } from './rest-cells.ts';
import { named, REST_FAULTS } from './rest-faults.ts';
import { FIRST_PAGES } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const faults = REST_FAULTS.filter(({ only }) => only !== 'later pages');
/** Of spaces that only name what is wanted no row is sent. */
const ofFilter = faults.filter(({ only }) => only !== 'lists of rows');

describe.concurrent.each(named(FIRST_PAGES))('%s', (_place, place) => {
  describe.each(named(place.settings ? ofFilter : faults))('%s', (_fault, fault) => {
    it.each(['once', 'always'] as const)('%s', async (often) => {
      const complaints = await complaintsOf({ place, fault, often });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});
